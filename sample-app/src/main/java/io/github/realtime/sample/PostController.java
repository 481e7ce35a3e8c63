package io.github.realtime.sample;

import java.util.Map;

import io.github.realtime.sample.PostService.LivePost;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * Pages and forms, as without JavaScript. What makes them live is in {@link PostService}.
 */
@Controller
class PostController {

	private final PostService posts;

	PostController(PostService posts) {
		this.posts = posts;
	}

	@GetMapping("/")
	String list(Visitor visitor, Model model) {
		model.addAttribute("posts", this.posts.list(visitor));
		return "posts";
	}

	@GetMapping("/posts/{id}")
	String post(@PathVariable int id, Visitor visitor, Model model) {
		model.addAttribute("live", this.posts.open(id, visitor));
		model.addAttribute("maxLength", Comment.MAX_LENGTH);
		return "post";
	}

	@GetMapping("/scoreboard")
	String scoreboard(Model model) {
		model.addAttribute("posts", this.posts.standings());
		return "scoreboard";
	}

	@GetMapping("/posts/{id}/state")
	@ResponseBody
	Map<String, Object> state(@PathVariable int id, Visitor visitor) {
		LivePost live = this.posts.open(id, visitor);
		return Map.of("comments", live.post().comments(), "count", live.post().commentCount());
	}

	@PostMapping("/posts/{id}/votes")
	String vote(@PathVariable int id, @RequestParam Vote vote, Visitor visitor) {
		this.posts.vote(id, vote, visitor);
		return "redirect:/posts/{id}";
	}

	@PostMapping("/posts/{id}/comments")
	String comment(@PathVariable int id, @RequestParam String text, Visitor visitor, Model model,
			HttpServletResponse response) {
		String cleaned = text.replace("\r\n", "\n").strip();
		String fault = faultOf(cleaned);
		if (fault.isEmpty()) {
			this.posts.comment(id, cleaned, visitor);
			return "redirect:/posts/{id}";
		}
		response.setStatus(HttpStatus.UNPROCESSABLE_CONTENT.value());
		model.addAttribute("fault", fault);
		model.addAttribute("text", text);
		return post(id, visitor, model);
	}

	private static String faultOf(String text) {
		if (text.isEmpty()) {
			return "There is nothing in it yet. A word or two will do.";
		}
		int excess = text.length() - Comment.MAX_LENGTH;
		return (excess > 0) ? "That is a little long: please leave out %d characters.".formatted(excess) : "";
	}

}
