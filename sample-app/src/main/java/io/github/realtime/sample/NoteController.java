package io.github.realtime.sample;

import io.github.realtime.annotation.RendersView;
import io.github.realtime.sample.Notes.Edit;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.server.ResponseStatusException;

/**
 * A note's page, and its form as without JavaScript.
 */
@Controller
class NoteController {

	private final Notes notes;

	NoteController(Notes notes) {
		this.notes = notes;
	}

	@GetMapping("/note/{id}")
	String note(@PathVariable int id, Model model) {
		if (id < 1 || id > Notes.COUNT) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		model.addAttribute("id", id);
		// Before the note: what happens meanwhile then arrives
		model.addAttribute("position", this.notes.position(id));
		model.addAttribute("note", this.notes.find(id));
		model.addAttribute("maxLength", Note.MAX_LENGTH);
		return "note";
	}

	@PostMapping("/note/{id}")
	@RendersView("/note/{id}")
	String edit(@PathVariable int id, @Valid @ModelAttribute Edit edit, BindingResult result, Model model,
			HttpServletResponse response) {
		if (result.hasErrors()) {
			response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
			model.addAttribute("fault", "A word or two will do, and " + Note.MAX_LENGTH + " characters at most.");
			return note(id, model);
		}
		this.notes.edit(edit);
		return "redirect:/note/{id}";
	}

}
