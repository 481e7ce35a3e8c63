package io.github.realtime.sample;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

@Controller
class PollController {

	private final Poll poll;

	PollController(Poll poll) {
		this.poll = poll;
	}

	@GetMapping("/poll")
	String poll(Visitor visitor, Model model) {
		model.addAttribute("channel", Poll.CHANNEL);
		model.addAttribute("question", Poll.QUESTION);
		model.addAttribute("result", this.poll.result(visitor));
		return "poll";
	}

	@PostMapping("/poll/votes")
	String vote(@RequestParam String option, Visitor visitor) {
		if (!Poll.OPTIONS.contains(option)) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST);
		}
		this.poll.vote(option, visitor);
		return "redirect:/poll";
	}

}
