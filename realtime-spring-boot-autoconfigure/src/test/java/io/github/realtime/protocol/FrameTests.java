package io.github.realtime.protocol;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link Frame}, {@link ErrorCode} and {@link CloseCode}.
 */
class FrameTests {

	@ParameterizedTest
	@MethodSource
	void lineIsAsTheProtocolHasIt(Frame frame, String expected) {
		assertThat(frame.line().text()).isEqualTo(expected.replace('\'', '"'));
	}

	static Stream<Arguments> lineIsAsTheProtocolHasIt() {
		return Stream.of(
				arguments(new Frame.Welcome("c1", "t1", 25000, 65536),
						"{'type':'welcome','clientId':'c1','resume':'t1','heartbeat':25000,'frameSize':65536}"),
				arguments(new Frame.Resumed(1, "c1"), "{'type':'resumed','id':1,'clientId':'c1'}"),
				arguments(new Frame.Authenticated(2, "ada", "c1", 3_600_000L),
						"{'type':'authenticated','id':2,'user':'ada','clientId':'c1','expiresIn':3600000}"),
				arguments(new Frame.Authenticated(2, "ada", "c1", null),
						"{'type':'authenticated','id':2,'user':'ada','clientId':'c1'}"),
				arguments(new Frame.Expiring(60000), "{'type':'expiring','expiresIn':60000}"),
				arguments(new Frame.Published(6, 24), "{'type':'published','id':6,'offset':24}"),
				arguments(Frame.Unsubscribed.forbidden("post_42"),
						"{'type':'unsubscribed','channel':'post_42','code':'forbidden'}"),
				arguments(new Frame.Ping(), "{'type':'ping'}"),
				arguments(new Frame.Goodbye(1234), "{'type':'goodbye','reconnectAfter':1234}"),
				arguments(new Frame.Subscribed(3, "post_42", "k3", 20, null, null, null, null, null, null),
						"{'type':'subscribed','id':3,'channel':'post_42','epoch':'k3','offset':20}"),
				arguments(new Frame.Subscribed(3, "post_42", "k3", 20, true, null, null, null, null, null),
						"{'type':'subscribed','id':3,'channel':'post_42','epoch':'k3','offset':20,'recovered':true}"),
				arguments(new Frame.Subscribed(3, "post_42", "k3", 0, false, null, null, null, null, null),
						"{'type':'subscribed','id':3,'channel':'post_42','epoch':'k3','offset':0,'recovered':false}"),
				arguments(new Frame.Subscribed(3, "post_42", "k3", 20, null, "{\"score\":7}", null, null, null, null),
						"{'type':'subscribed','id':3,'channel':'post_42','epoch':'k3','offset':20,'state':{'score':7}}"),
				arguments(new Frame.Snapshot(4, "post_42", "k3", 20, "{}", null),
						"{'type':'snapshot','id':4,'channel':'post_42','epoch':'k3','offset':20,'state':{}}"),
				arguments(new Frame.Ack(7, 25, "null", null), "{'type':'ack','id':7,'offset':25,'value':null}"),
				arguments(new Frame.Ack(9, 27, null, null), "{'type':'ack','id':9,'offset':27}"),
				arguments(Frame.Error.conflict(7, "m", new Frame.Current("[1]"), 24),
						"{'type':'error','id':7,'code':'conflict','message':'m','current':{'value':[1]},'offset':24}"),
				arguments(Frame.Error.conflict(7, "m", null, 0),
						"{'type':'error','id':7,'code':'conflict','message':'m','offset':0}"),
				arguments(new Frame.Unsubscribed(5L, "post_42", null),
						"{'type':'unsubscribed','id':5,'channel':'post_42'}"),
				arguments(Frame.Unsubscribed.resync("post_42"),
						"{'type':'unsubscribed','channel':'post_42','code':'resync'}"),
				arguments(new Frame.Position("post_42", 23), "{'type':'position','channel':'post_42','offset':23}"),
				arguments(new Frame.Error(5L, ErrorCode.FORBIDDEN, "no"),
						"{'type':'error','id':5,'code':'forbidden','message':'no'}"),
				arguments(new Frame.Error(null, ErrorCode.BAD_REQUEST, "no"),
						"{'type':'error','code':'bad-request','message':'no'}"),
				arguments(new Frame.Error(5L, "sold-out", "no"),
						"{'type':'error','id':5,'code':'sold-out','message':'no'}"),
				arguments(Frame.Error.call(11, "invalid-data", "m", List.of(new Frame.FieldError("text", "n")), null),
						"{'type':'error','id':11,'code':'invalid-data','message':'m',"
								+ "'errors':[{'field':'text','message':'n'}]}"),
				arguments(Frame.Error.call(11, "rate-limited", "m", null, true),
						"{'type':'error','id':11,'code':'rate-limited','message':'m','begun':true}"));
	}

	@Test
	void lineWhenAMessageHasALineBreakOrHalfAPairIsOneLine() {
		assertThat(new Frame.Error(1L, ErrorCode.INTERNAL, "a\n\ud800").line().text())
			.isEqualTo("{\"type\":\"error\",\"id\":1,\"code\":\"internal\",\"message\":\"a\\n\\ud800\"}");
	}

	@ParameterizedTest
	@EnumSource
	void codeIsOneOfTheProtocols(ErrorCode code) {
		assertThat(code.code()).isIn("bad-request", "unknown-type", "invalid-channel", "unauthenticated", "forbidden",
				"not-subscribed", "already-subscribed", "limit-exceeded", "rate-limited", "too-large", "conflict",
				"invalid-data", "unavailable", "timeout", "internal");
	}

	@ParameterizedTest
	@EnumSource
	void closeCodeIsOneOfTheProtocols(CloseCode code) {
		assertThat(code.code()).isIn(1009, 1012, 1013, 4400, 4401, 4403, 4408, 4409, 4429, 4503);
		assertThat(code.reason()).as("fits into a close frame").hasSizeBetween(1, 123);
	}

}
