package io.github.realtime.sample;

import java.util.List;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * The page of the harvest and its form, as without JavaScript.
 */
@Controller
class HarvestController {

	private final Harvest harvest;

	HarvestController(Harvest harvest) {
		this.harvest = harvest;
	}

	@GetMapping("/harvest")
	String harvest(Model model) {
		model.addAttribute("channel", Harvest.CHANNEL);
		model.addAttribute("standings", this.harvest.standings());
		model.addAttribute("shown", Harvest.SHOWN);
		return "harvest";
	}

	@GetMapping("/harvest/state")
	@ResponseBody
	List<Baskets.Basket> state() {
		return this.harvest.standings().baskets();
	}

	@PostMapping("/harvest")
	String pick(Visitor visitor) {
		this.harvest.pick(visitor);
		return "redirect:/harvest";
	}

}
