package io.github.realtime.sample;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/**
 * The page of a board, which is empty until the page knows the state.
 */
@Controller
class BoardController {

	@GetMapping("/board/{id}")
	String board(@PathVariable int id, Model model) {
		if (id < 1 || id > Board.COUNT) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		model.addAttribute("channel", Board.channel(id));
		model.addAttribute("size", Board.SIZE);
		model.addAttribute("palette", Board.PALETTE);
		model.addAttribute("colours", Board.COLOURS);
		return "board";
	}

}
