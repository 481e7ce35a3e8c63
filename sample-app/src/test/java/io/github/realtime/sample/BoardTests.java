package io.github.realtime.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import io.github.realtime.RealtimeTemplate;
import io.github.realtime.browser.Browser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The board of pixels: what its pages show is what the server has.
 */
class BoardTests {

	private static final int PAINTERS = 500;

	/** The painters leave this much at the bottom to whoever has a browser. */
	private static final int FREE_ROWS = 4;

	private static final int RED = 5;

	private static final int GREEN = 10;

	private static final int BLUE = 12;

	@RegisterExtension
	static final Browser browser = new Browser().allowing("getImageData are faster");

	@RegisterExtension
	static final Site site = new Site();

	@Test
	void boardWhenManyPaintThenAllPagesShowWhatTheServerHasAndGoOnResponding() {
		Page page = site.open(browser.visitor(), "/board/1");
		page.evaluate("""
				() => {
				  window.frames = 0;
				  const count = () => (window.frames++, requestAnimationFrame(count));
				  requestAnimationFrame(count);
				}""");
		List<Painter> painters = IntStream.range(0, PAINTERS).mapToObj((i) -> site.painter("board_1")).toList();
		Strokes strokes = new Strokes(painters);
		ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
		try {
			clock.scheduleWithFixedDelay(strokes::next, 0, 10, TimeUnit.MILLISECONDS);
			Page late = site.open(browser.visitor(), "/board/1");
			int frames = framesOf(page);
			choose(page, BLUE);
			for (int x = 10; x < 13; x++) {
				click(page, x, Board.SIZE - 2);
				awaitPixel(page, x, Board.SIZE - 2, BLUE);
				awaitStored(1, x, Board.SIZE - 2, BLUE);
			}
			// Both were within what everybody's pixels took
			awaitSame(() -> framesOf(page) >= frames + 60);
			awaitSame(() -> strokes.everybodyHasPainted());
			clock.shutdown();
			strokes.awaitReplies();
			int[] expected = stored(1);
			for (Page each : List.of(page, late)) {
				awaitSame(() -> Arrays.equals(shown(each), expected));
			}
			assertThat(expected).contains(BLUE).doesNotContain(-1);
			assertThat(strokes.count).isGreaterThanOrEqualTo(PAINTERS);
			int told = strokes.count + 3;
			assertThat(painters).allSatisfy((painter) -> await()
				.untilAsserted(() -> assertThat(painter.seen).hasValueGreaterThanOrEqualTo(told)));
		}
		finally {
			clock.shutdownNow();
			painters.forEach(Painter::close);
		}
	}

	@Test
	void undoWhenPressedThenTakesBackTheLastPixelOfOnesOwnAlone() {
		Page mine = site.open(browser.visitor(), "/board/2");
		Page yours = site.open(browser.visitor(), "/board/2");
		choose(yours, GREEN);
		click(yours, 1, 1);
		awaitPixel(mine, 1, 1, GREEN);
		click(mine, 2, 2);
		click(mine, 1, 1);
		awaitPixel(yours, 1, 1, RED);
		click(yours, 3, 3);
		awaitPixel(mine, 3, 3, GREEN);
		undo(mine).click();
		for (Page page : List.of(mine, yours)) {
			awaitPixel(page, 1, 1, GREEN);
			awaitPixel(page, 2, 2, RED);
			awaitPixel(page, 3, 3, GREEN);
		}
		assertThat(undo(mine)).isDisabled();
		assertThat(undo(yours)).isEnabled();
		undo(yours).click();
		awaitPixel(mine, 3, 3, 0);
		awaitPixel(mine, 1, 1, GREEN);
		assertThat(site.bean(RealtimeTemplate.class).channel("board_2").state().getAll()).containsOnlyKeys("1,1",
				"2,2");
	}

	@Test
	void undoWhenSomebodyHasPaintedOverItThenIsNotPossible() {
		Page mine = site.open(browser.visitor(), "/board/3");
		Page yours = site.open(browser.visitor(), "/board/3");
		click(mine, 1, 1);
		assertThat(undo(mine)).isEnabled();
		choose(yours, GREEN);
		awaitPixel(yours, 1, 1, RED);
		click(yours, 1, 1);
		awaitPixel(mine, 1, 1, GREEN);
		assertThat(undo(mine)).isDisabled();
		try (Painter stranger = site.painter("board_3")) {
			JsonNode reply = stranger.write("1,1", "{\"c\":0,\"undo\":true}");
			assertThat(reply.path("code").asString()).isEqualTo("forbidden");
		}
		awaitStored(3, 1, 1, GREEN);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			board_4  | 1,1   | {"c":16,"by":"Calm Crane"}    | invalid-data
			board_4  | 1,1   | {"c":-1,"by":"Calm Crane"}    | invalid-data
			board_4  | 1,1   | {"c":"5","by":"Calm Crane"}   | invalid-data
			board_4  | 1,1   | "red"                         | invalid-data
			board_4  | 1,1   | {"c":5,"by":"The Management"} | invalid-data
			board_4  | 1,1   | {"c":5,"by":"Calm Crane  "}   | invalid-data
			board_4  | 64,1  | {"c":5,"by":"Calm Crane"}     | invalid-data
			board_4  | 1,-1  | {"c":5,"by":"Calm Crane"}     | invalid-data
			board_4  | 01,1  | {"c":5,"by":"Calm Crane"}     | invalid-data
			board_4  | score | {"c":5,"by":"Calm Crane"}     | invalid-data
			board_10 | 1,1   | {"c":5,"by":"Calm Crane"}     | forbidden
			""")
	void pixelWhenItIsNoneThenIsRefused(String channel, String key, String value, String code) {
		try (Painter painter = site.painter(channel)) {
			assertThat(painter.write(key, value).path("code").asString()).isEqualTo(code);
			assertThat(painter.command("remove", ",\"key\":\"1,1\"").path("code").asString()).isEqualTo("forbidden");
		}
		assertThat(site.bean(RealtimeTemplate.class).channel(channel).state().getAll()).isEmpty();
	}

	@Test
	void pixelWhenRefusedThenIsRolledBackInThePage() {
		Page page = site.open(browser.visitor(), "/board/5");
		click(page, 1, 1);
		awaitPixel(page, 1, 1, RED);
		page.evaluate("""
				() => import('/realtime/client.js').then(({ syncedState }) => {
				  const state = syncedState({ channel: 'board_5', key: '1,1' });
				  window.told = [];
				  state.subscribe((pixel) => pixel && window.told.push(pixel.c));
				  return state.set({ c: 2, by: 'Nobody' }).catch(() => {});
				})""");
		assertThat((List<?>) page.evaluate("window.told")).hasToString("[5, 2, 5]");
		awaitPixel(page, 1, 1, RED);
	}

	@Test
	void boardWhenPointedAtThenSaysWhoPaintedItLast() {
		Page mine = site.open(site.named("mine", browser.visitor()), "/board/6");
		Page yours = site.open(site.named("yours", browser.visitor()), "/board/6");
		String me = (String) mine.evaluate("document.body.dataset.visitor");
		assertThat(mine.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Red").setPressed(true)))
			.hasCount(1);
		mine.locator("canvas").focus();
		mine.keyboard().press("ArrowRight");
		mine.keyboard().press("ArrowDown");
		mine.keyboard().press("Control+ArrowDown");
		mine.keyboard().press("Enter");
		awaitPixel(yours, 33, 33, RED);
		hover(yours, 33, 33);
		assertThat(yours.locator(".where")).hasText("34, 34: " + me + " painted this last.");
		assertThat(mine.locator(".where")).hasText("34, 34: you painted this last.");
		hover(yours, 34, 33);
		assertThat(yours.locator(".where")).hasText("35, 34: nobody has painted this yet.");
	}

	@Test
	void boardWhenZoomedByTouchThenTapsPaintWhatTheyHit() {
		BrowserContext phone = browser
			.visitor(new NewContextOptions().setViewportSize(390, 800).setHasTouch(true).setIsMobile(true));
		Page page = site.open(phone, "/board/7");
		Locator canvas = page.locator("canvas");
		double before = canvas.boundingBox().width;
		page.locator("#in").tap();
		page.locator("#in").tap();
		assertThat(canvas.boundingBox().width).isGreaterThan(3.9 * before);
		assertThat((int) page.evaluate("document.scrollingElement.scrollWidth")).isLessThanOrEqualTo(390);
		BoundingBox box = page.locator(".frame").boundingBox();
		page.touchscreen().tap(box.x + box.width / 2 + 2, box.y + box.height / 2 + 2);
		awaitPixel(page, 32, 32, RED);
		awaitStored(7, 32, 32, RED);
	}

	@Test
	void boardWhenTheBrowserIsAnOlderOneThenDragsAndTapsPaint() {
		// Safari before 18.2; and without TLS no browser tells of events in between
		Page page = browser.visitor().newPage();
		page.addInitScript(
				"""
						delete PointerEvent.prototype.getCoalescedEvents;
						addEventListener('click', (event) => Object.defineProperty(event, 'pointerType', { value: undefined }), true);
						""");
		page.navigate(site.url("/board/8"));
		assertThat(page.locator(".status")).hasText("Live");
		hover(page, 1, 1);
		page.mouse().down();
		hover(page, 2, 1);
		page.mouse().up();
		awaitPixel(page, 2, 1, RED);
		page.evaluate("""
				() => {
				  const canvas = document.querySelector('canvas');
				  const { left, top, width } = canvas.getBoundingClientRect();
				  const at = { clientX: left + (5.5 * width) / 64, clientY: top + (5.5 * width) / 64, bubbles: true };
				  canvas.dispatchEvent(new PointerEvent('pointerdown', { ...at, pointerType: 'touch', buttons: 1 }));
				  canvas.dispatchEvent(new MouseEvent('click', at));
				}""");
		awaitPixel(page, 5, 5, RED);
	}

	private static void choose(Page page, int colour) {
		page.locator("[data-colour='" + colour + "']").click();
	}

	private static Locator undo(Page page) {
		return page.locator("#undo");
	}

	private static void click(Page page, int x, int y) {
		page.locator("canvas").click(new Locator.ClickOptions().setPosition(at(page, x), at(page, y)));
	}

	private static void hover(Page page, int x, int y) {
		page.locator("canvas").hover(new Locator.HoverOptions().setPosition(at(page, x), at(page, y)));
	}

	private static double at(Page page, int place) {
		return (place + 0.5) * page.locator("canvas").boundingBox().width / Board.SIZE;
	}

	private static int framesOf(Page page) {
		return (int) page.evaluate("window.frames");
	}

	private static void awaitPixel(Page page, int x, int y, int colour) {
		awaitSame(() -> shown(page)[y * Board.SIZE + x] == colour);
	}

	private static void awaitStored(int board, int x, int y, int colour) {
		awaitSame(() -> stored(board)[y * Board.SIZE + x] == colour);
	}

	/**
	 * The browser may be asked by this thread only.
	 */
	private static void awaitSame(Callable<Boolean> condition) {
		await().pollInSameThread().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(1)).until(condition);
	}

	/**
	 * Reads the canvas.
	 * @return by pixel the place in the palette, -1 for any other colour
	 */
	private static int[] shown(Page page) {
		Map<String, Integer> places = new HashMap<>();
		for (int i = 0; i < Board.PALETTE.size(); i++) {
			places.put(Board.PALETTE.get(i), i);
		}
		List<?> colours = (List<?>) page.evaluate(
				"""
						() => {
						  const { data } = document.querySelector('canvas').getContext('2d').getImageData(0, 0, 64, 64);
						  const hex = (value) => value.toString(16).padStart(2, '0');
						  return Array.from({ length: 64 * 64 }, (_, i) => '#' + [...data.slice(4 * i, 4 * i + 3)].map(hex).join(''));
						}""");
		return colours.stream().mapToInt((colour) -> places.getOrDefault(colour, -1)).toArray();
	}

	private static int[] stored(int board) {
		Map<String, JsonNode> state = site.bean(RealtimeTemplate.class).channel(Board.channel(board)).state().getAll();
		return IntStream.range(0, Board.SIZE * Board.SIZE)
			.map((i) -> state.containsKey(i % Board.SIZE + "," + i / Board.SIZE)
					? state.get(i % Board.SIZE + "," + i / Board.SIZE).get("c").intValue() : 0)
			.toArray();
	}

	/**
	 * One painter after the other, each when its last pixel was answered.
	 */
	private static final class Strokes {

		private static final JsonNode NO_REPLY = new JsonMapper().readTree("{\"type\":\"ack\"}");

		private final List<Painter> painters;

		private final List<CompletableFuture<JsonNode>> replies = new ArrayList<>();

		private final List<Object> refused = new ArrayList<>();

		private final Random random = new Random(42);

		private int next;

		private volatile int count;

		Strokes(List<Painter> painters) {
			this.painters = painters;
			painters.forEach((painter) -> this.replies.add(CompletableFuture.completedFuture(NO_REPLY)));
		}

		void next() {
			int i = this.next++ % PAINTERS;
			if (this.replies.get(i).isDone()) {
				note(this.replies.get(i).join());
				this.replies.set(i,
						this.painters.get(i)
							.paint(this.random.nextInt(Board.SIZE), this.random.nextInt(Board.SIZE - FREE_ROWS),
									this.random.nextInt(Board.PALETTE.size())));
				this.count++;
			}
		}

		private void note(JsonNode reply) {
			if (!reply.path("type").asString().equals("ack")) {
				this.refused.add(reply);
			}
		}

		boolean everybodyHasPainted() {
			return this.next > PAINTERS && this.count >= PAINTERS;
		}

		void awaitReplies() {
			this.replies.forEach((reply) -> note(reply.orTimeout(60, TimeUnit.SECONDS).join()));
			assertThat(this.refused).isEmpty();
		}

	}

}
