package io.github.realtime.sample;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
class HowController {

	private final Snippets snippets;

	HowController(Snippets snippets) {
		this.snippets = snippets;
	}

	@GetMapping("/how")
	String how(Model model) {
		model.addAttribute("vote", this.snippets.java("PostService.java", "void vote("));
		model.addAttribute("comment", this.snippets.java("PostService.java", "void comment("));
		model.addAttribute("open", this.snippets.java("PostService.java", "LivePost open("));
		model.addAttribute("ticker", this.snippets.java("Ticker.java", "@Scheduled"));
		model.addAttribute("article", this.snippets.cut("templates/post.html", "<article"));
		model.addAttribute("live", this.snippets.cut("static/live.js", "export function live("));
		model.addAttribute("show", this.snippets.cut("static/post.js", "const { refresh, isConnected } = live("));
		model.addAttribute("status", this.snippets.cut("static/site.js", "connectRealtime({"));
		model.addAttribute("submit", this.snippets.cut("static/post.js", "post.addEventListener('submit'"));
		model.addAttribute("edit", this.snippets.java("Notes.java", "@RealtimeAction"));
		model.addAttribute("save", this.snippets.cut("static/note.js", "form.addEventListener('submit'"));
		model.addAttribute("board", this.snippets.java("PostService.java", "private void showScores("));
		model.addAttribute("followed", this.snippets.cut("static/votes.js", "export function followVotes("));
		model.addAttribute("poll", this.snippets.java("Poll.java", "void vote("));
		model.addAttribute("stored", this.snippets.java("Board.java", "@Nullable Pixel stored("));
		model.addAttribute("watched", this.snippets.cut("static/board.js", "watchState({"));
		model.addAttribute("add", this.snippets.java("RedisBaskets.java", "public int add("));
		model.addAttribute("pick", this.snippets.java("Harvest.java", "void pick("));
		model.addAttribute("rules", this.snippets.java("SignIn.java", "ChannelAccess channels("));
		model.addAttribute("chat", this.snippets.cut("static/chat.js", "connectRealtime({"));
		model.addAttribute("joined", this.snippets.java("Chat.java", "void joined("));
		model.addAttribute("store", this.snippets.java("RedisPostStore.java", "public Comment addComment("));
		return "how";
	}

}
