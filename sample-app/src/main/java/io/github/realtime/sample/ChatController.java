package io.github.realtime.sample;

import java.security.Principal;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * The page of the chat, and the one where users sign in for it.
 */
@Controller
class ChatController {

	private final Chat chat;

	ChatController(Chat chat) {
		this.chat = chat;
	}

	@GetMapping("/chat")
	String chat(Principal user, Model model) {
		model.addAttribute("channel", Chat.CHANNEL);
		model.addAttribute("ownChannel", Chat.channelOf(user.getName()));
		model.addAttribute("typing", Chat.TYPING);
		model.addAttribute("room", this.chat.open(user.getName()));
		model.addAttribute("others",
				SignIn.ACCOUNTS.stream()
					.map(SignIn.Account::name)
					.filter((name) -> !name.equals(user.getName()))
					.toList());
		model.addAttribute("maxLength", Chat.MAX_LENGTH);
		return "chat";
	}

	@GetMapping("/login")
	String login(Model model) {
		model.addAttribute("accounts", SignIn.ACCOUNTS);
		return "login";
	}

}
