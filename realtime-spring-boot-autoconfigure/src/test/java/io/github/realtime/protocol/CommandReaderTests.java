package io.github.realtime.protocol;

import java.util.List;
import java.util.stream.Stream;

import io.github.realtime.protocol.Command.Add;
import io.github.realtime.protocol.Command.Authenticate;
import io.github.realtime.protocol.Command.Call;
import io.github.realtime.protocol.Command.Delete;
import io.github.realtime.protocol.Command.Pong;
import io.github.realtime.protocol.Command.Presence;
import io.github.realtime.protocol.Command.Publish;
import io.github.realtime.protocol.Command.Put;
import io.github.realtime.protocol.Command.Resume;
import io.github.realtime.protocol.Command.Since;
import io.github.realtime.protocol.Command.Snapshot;
import io.github.realtime.protocol.Command.Subscribe;
import io.github.realtime.protocol.Command.Unsubscribe;
import io.github.realtime.protocol.Command.Write;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link CommandReader}. The JSON of the examples is written with single
 * quotes.
 */
class CommandReaderTests {

	private static final String ONE_OBJECT = "A line has to be one JSON object";

	private static final String WHOLE_NUMBER = "'id' has to be a whole number from 1 to 9007199254740991";

	private static final String TOKEN = "'token' has to be a string of 1 to 64 characters";

	private static final String OP = "'op' has to be a string of 1 to 64 characters";

	private static final String SINCE = "'since' has to be an object with 'epoch' and 'offset'";

	private static final String EPOCH = "'since.epoch' has to be a string of 1 to 64 characters";

	private static final String OFFSET = "'since.offset' has to be a whole number from 0 to 9007199254740991";

	@ParameterizedTest
	@MethodSource
	void readMakesACommand(String line, Command expected) throws ProtocolException {
		assertThat(CommandReader.read(json(line))).isEqualTo(expected);
	}

	static Stream<Arguments> readMakesACommand() {
		String longest = "x".repeat(64);
		return Stream.of(arguments("{'type':'pong'}", new Pong()), arguments("{'type':'pong','id':'x'}", new Pong()),
				arguments("{'type':'resume','id':1,'token':'abc'}", new Resume(1, "abc")),
				arguments("{'type':'resume','id':1,'token':'" + longest + "'}", new Resume(1, longest)),
				arguments("{'type':'subscribe','id':3,'channel':'post_42'}",
						new Subscribe(3, "post_42", null, false, List.of(), false)),
				arguments("{'type':'subscribe','id':3,'channel':'a','since':null}",
						new Subscribe(3, "a", null, false, List.of(), false)),
				arguments("{'since':{'epoch':'k3','offset':17},'channel':'a','id':3,'type':'subscribe'}",
						new Subscribe(3, "a", new Since("k3", 17), false, List.of(), false)),
				arguments(
						"{'type':'subscribe','id':9007199254740991,'channel':'a',"
								+ "'since':{'epoch':'k','offset':9007199254740991},'state':true,'presence':true}",
						new Subscribe(9007199254740991L, "a", new Since("k", 9007199254740991L), true, List.of(),
								true)),
				arguments("{'type':'subscribe','id':3,'channel':'a','since':{'epoch':'k','offset':0,'x':[]}}",
						new Subscribe(3, "a", new Since("k", 0), false, List.of(), false)),
				arguments("{'type':'subscribe','id':3,'channel':'a','state':true,'keys':['k','{me}']}",
						new Subscribe(3, "a", null, true, List.of("k", "{me}"), false)),
				arguments("{'type':'snapshot','id':4,'channel':'a','keys':['k']}", new Snapshot(4, "a", List.of("k"))),
				arguments("{'type':'authenticate','id':2,'token':'a.b.c'}", new Authenticate(2, "a.b.c")),
				arguments("{'type':'authenticate','id':2,'token':'" + "t".repeat(9000) + "'}",
						new Authenticate(2, "t".repeat(9000))),
				arguments("{'type':'publish','id':6,'channel':'a','data':null}",
						new Publish(6, "a", Line.of("null"), null)),
				arguments("{'type':'publish','id':6,'channel':'a','data':{},'op':'" + longest + "'}",
						new Publish(6, "a", Line.of("{}"), longest)),
				arguments("{'type':'subscribe','id':3,'channel':'a','state':null}",
						new Subscribe(3, "a", null, false, List.of(), false)),
				arguments("{'type':'presence','id':10,'channel':'a'}", new Presence(10, "a", null)),
				arguments("{'type':'presence','id':10,'channel':'a','after':'c1'}", new Presence(10, "a", "c1")),
				arguments("{'type':'snapshot','id':4,'channel':'a'}", new Snapshot(4, "a", List.of())),
				arguments("{'type':'set','id':7,'channel':'a','key':'k','value':{'n':[1.10]},'expect':22,'op':'o'}",
						new Write(7, "a", "k", new Put(Line.of(json("{'n':[1.10]}"))), 22L, "o")),
				arguments("{'type':'set','id':7,'channel':'a','key':'__proto__','value':null}",
						new Write(7, "a", "__proto__", new Put(Line.of("null")), null, null)),
				arguments("{'type':'increment','id':8,'channel':'a','key':'k','by':-1.5,'expect':1}",
						new Write(8, "a", "k", new Add(-1.5), null, null)),
				arguments("{'type':'increment','id':8,'channel':'a','key':'k'}",
						new Write(8, "a", "k", new Add(1), null, null)),
				arguments("{'type':'remove','id':9,'channel':'a','key':'k','expect':0}",
						new Write(9, "a", "k", new Delete(), 0L, null)),
				arguments(" { 'type' : 'unsubscribe' , 'id' : 5 , 'channel' : 'a' }\r", new Unsubscribe(5, "a")),
				arguments("{'type':'unsubscribe','id':5,'channel':'a','__proto__':{'id':6},'constructor':{}}",
						new Unsubscribe(5, "a")),
				arguments("{'type':'unsubscribe','id':5,'channel':'__proto__'}", new Unsubscribe(5, "__proto__")));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = { "1|1", "1.10|1.10", "-0|-0", "1e400|1e400",
			"12345678901234567890123456789.000000000000000000001|12345678901234567890123456789.000000000000000000001",
			"true|true", " null |null", "'' |''", "'a b\\n\\u00e9\\ud800'|'a b\\n\\u00e9\\ud800'",
			"'quote \\' and } and , '|'quote \\' and } and , '", "'\\\\' |'\\\\'", "[ ]|[]",
			"{ 'b' : 1.0 , 'a' : [ 1 , 'x  y' ] , 'b' : 2 }|{'b':1.0,'a':[1,'x  y'],'b':2}",
			"{'data':{'data':[ 1 ]}}|{'data':{'data':[1]}}", "1 , 'data' : 2|2", "'ü😀'|'ü😀'",
			"1 , 'x' : {'data':3}|1" })
	void readWhenPublishThenDataIsWhatWasWrittenWithoutWhiteSpace(String data, String expected)
			throws ProtocolException {
		for (String rest : List.of(",'channel':'a'}", "\t,\r 'channel' : 'a' }", "  ,'channel':'a','y':{'data':0}}")) {
			String line = json("{'x':[{'data':0}],'type':'publish','id':6,'data':" + data + rest);
			assertThat(((Publish) CommandReader.read(line)).data()).isEqualTo(Line.of(json(expected)));
		}
		String last = json("{'channel':'a','type':'publish','id':6,'data':\t" + data + "}");
		assertThat(((Publish) CommandReader.read(last)).data()).isEqualTo(Line.of(json(expected)));
	}

	@Test
	void readWhenTokenThenItIsNotShown() throws ProtocolException {
		assertThat(CommandReader.read(json("{'type':'authenticate','id':2,'token':'secret'}")).toString())
			.doesNotContain("secret");
	}

	@Test
	void readWhenCallThenDataAndViewMayBeMissing() throws ProtocolException {
		assertThat(CommandReader.read(json("{'type':'call','id':7,'action':'note.edit'}")))
			.isEqualTo(new Call(7, "note.edit", Line.of("null"), null, null));
		assertThat(CommandReader
			.read(json("{'type':'call','id':7,'action':'a','data': { 'n' : 1.10 },'view':'/note/1','op':'o'}")))
			.isEqualTo(new Call(7, "a", Line.of(json("{'n':1.10}")), "/note/1", "o"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			                        | bad-request     | 'action' has to be a string
			,'action':7             | bad-request     | 'action' has to be a string
			,'action':'a','view':7  | bad-request     | 'view' has to be a string
			,'action':'a','view':'' | invalid-channel | Invalid channel name "": it is empty
			,'action':'a','op':''   | bad-request     | 'op' has to be a string of 1 to 64 characters
			""")
	void readWhenCallIsWrongThenSaysWhat(@Nullable String fields, String code, String message) {
		ProtocolException ex = failure(json("{'type':'call','id':7" + ((fields != null) ? fields : "") + "}"));
		assertThat(ex.frame().code()).isEqualTo(code);
		assertThat(ex.frame().message()).isEqualTo(message);
	}

	@ParameterizedTest
	@MethodSource
	void readWhenLineIsNoObjectIsUnreadable(String line) {
		ProtocolException ex = failure(line);
		assertThat(ex.isReadable()).isFalse();
		assertThat(ex.frame()).isEqualTo(new Frame.Error(null, ErrorCode.BAD_REQUEST, ONE_OBJECT));
	}

	static List<String> readWhenLineIsNoObjectIsUnreadable() {
		String deep = "{'type':'subscribe','id':1,'channel':'a','x':" + "[".repeat(5000) + "]".repeat(5000) + "}";
		return List.of("", " ", "{", "}", "nonsense", "{'type':'pong'", "{type:1}", "{'a':1,}", "\\u0000",
				"[{'type':'pong'}]", "[]", "'pong'", "1", "null", "true", "{'type':'pong'} x",
				"{'type':'pong'}{'type':'pong'}", "{'type':'pong'}]", deep,
				"{'a':".repeat(5000) + "1" + "}".repeat(5000),
				"{'type':'unsubscribe','channel':'a','id':" + "9".repeat(5000) + "}");
	}

	@ParameterizedTest
	@MethodSource
	void readWhenAFieldIsWrongNamesIt(String line, Long id, ErrorCode code, String message) {
		ProtocolException ex = failure(line);
		assertThat(ex.isReadable()).isTrue();
		assertThat(ex.frame()).isEqualTo(new Frame.Error(id, code, message));
	}

	static Stream<Arguments> readWhenAFieldIsWrongNamesIt() {
		Stream<Arguments> types = Stream.of("{}", "{'id':1}", "{'type':1}", "{'type':null}", "{'type':['pong']}")
			.map((line) -> arguments(line, line.contains("id") ? 1L : null, ErrorCode.BAD_REQUEST,
					"'type' has to be a string"));
		Stream<Arguments> ids = Stream
			.of("'x':1", "'id':null", "'id':0", "'id':-1", "'id':1.5", "'id':1.0", "'id':1e3", "'id':'1'", "'id':[1]",
					"'id':true", "'id':9007199254740992", "'id':9223372036854775808", "'id':18446744073709551617",
					"'id':1,'id':'2'")
			.map((id) -> arguments("{'type':'unsubscribe','channel':'a'," + id + "}", null, ErrorCode.BAD_REQUEST,
					WHOLE_NUMBER));
		Stream<Arguments> unknown = Stream.of("nonsense", "", "PONG", "Subscribe", "welcome", "\\ud800", "__proto__")
			.map((type) -> arguments("{'type':'" + type + "','id':4}", 4L, ErrorCode.UNKNOWN_TYPE,
					"There is no command of this 'type'"));
		Stream<Arguments> channels = Stream.of("'x':1", "'channel':null", "'channel':1", "'channel':['a']")
			.flatMap((channel) -> Stream.of("subscribe", "unsubscribe")
				.map((type) -> arguments("{'type':'" + type + "','id':4," + channel + "}", 4L, ErrorCode.BAD_REQUEST,
						"'channel' has to be a string")));
		Stream<Arguments> names = Stream.of("", "a b", "\\ud800", "a\\ud83c\\udf89", "x".repeat(201))
			.map((name) -> arguments("{'type':'subscribe','id':4,'channel':'" + name + "'}", 4L,
					ErrorCode.INVALID_CHANNEL, ChannelName
						.violation(name.replace("\\ud800", "\ud800").replace("\\ud83c\\udf89", "\ud83c\udf89"))));
		Stream<Arguments> tokens = Stream
			.of("'x':1", "'token':null", "'token':1", "'token':''", "'token':'" + "x".repeat(65) + "'")
			.map((token) -> arguments("{'type':'resume','id':4," + token + "}", 4L, ErrorCode.BAD_REQUEST, TOKEN));
		Stream<Arguments> positions = Stream
			.of(arguments("17", SINCE), arguments("[]", SINCE), arguments("false", SINCE), arguments("'k3'", SINCE),
					arguments("{}", OFFSET), arguments("{'epoch':'k'}", OFFSET),
					arguments("{'epoch':'k','offset':'1'}", OFFSET), arguments("{'epoch':'k','offset':-1}", OFFSET),
					arguments("{'epoch':'k','offset':1.5}", OFFSET),
					arguments("{'epoch':'k','offset':9007199254740992}", OFFSET),
					arguments("{'epoch':'k','offset':99999999999999999999}", OFFSET), arguments("{'offset':1}", EPOCH),
					arguments("{'epoch':1,'offset':1}", EPOCH), arguments("{'epoch':'','offset':1}", EPOCH),
					arguments("{'epoch':'" + "x".repeat(65) + "','offset':1}", EPOCH))
			.map((since) -> arguments("{'type':'subscribe','id':4,'channel':'a','since':" + since.get()[0] + "}", 4L,
					ErrorCode.BAD_REQUEST, since.get()[1]));
		Stream<Arguments> foreign = Stream.of("a b", "T\\u0000alice", "ä")
			.map((token) -> arguments("{'type':'resume','id':4,'token':'" + token + "'}", 4L, ErrorCode.BAD_REQUEST,
					"'token' has to be the 'resume' of an earlier welcome"));
		Stream<Arguments> credentials = Stream.of("'x':1", "'token':null", "'token':1", "'token':''", "'token':' '")
			.map((token) -> arguments("{'type':'authenticate','id':4," + token + "}", 4L, ErrorCode.BAD_REQUEST,
					"'token' has to be a string that is not blank"));
		Stream<Arguments> publishes = Stream.of(
				arguments("{'type':'publish','id':4,'channel':'a'}", 4L, ErrorCode.BAD_REQUEST,
						"'data' is missing: any JSON value, null included"),
				arguments("{'type':'publish','id':4,'channel':'a b','data':1}", 4L, ErrorCode.INVALID_CHANNEL,
						ChannelName.violation("a b")),
				arguments("{'type':'publish','id':4,'channel':'a','data':1,'op':7}", 4L, ErrorCode.BAD_REQUEST, OP),
				arguments("{'type':'publish','id':4,'channel':'a','data':1,'op':''}", 4L, ErrorCode.BAD_REQUEST, OP),
				arguments("{'type':'publish','id':4,'channel':'a','data':1,'op':'" + "x".repeat(65) + "'}", 4L,
						ErrorCode.BAD_REQUEST, OP));
		return Stream.of(types, ids, unknown, channels, names, tokens, foreign, credentials, publishes, positions)
			.flatMap((cases) -> cases);
	}

	private static ProtocolException failure(String line) {
		return catchThrowableOfType(ProtocolException.class, () -> CommandReader.read(json(line)));
	}

	private static String json(String line) {
		return line.replace('\'', '"');
	}

}
