using System.Net;
using System.Text;
using System.Text.Json;
using InboundBridge.Commands;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Contract.Nodes;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Commands.Remote;

/// <summary>Deleting, replaying, following and reloading from the command line, against the real API in memory.</summary>
public sealed class OperatingCommandTests
{
    private static readonly string[] Server = ["--server", "http://127.0.0.1:8080"];

    [Fact]
    public async Task A_deleted_message_keeps_its_record_and_nothing_it_said()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("Zanzibar");
        Assert.Equal("1 message deleted, 1 delivery cancelled\n", (await RunAsync(api, 0, "messages", "delete", id)).Out);
        Assert.Contains("subject:    (deleted)", (await RunAsync(api, 0, "messages", "show", id)).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Zanzibar", (await RunAsync(api, 0, "messages", "list", "--json")).Out, StringComparison.Ordinal);
        Assert.Contains("octets are gone", (await RunAsync(api, 1, "messages", "raw", id)).Error, StringComparison.Ordinal);
        Assert.Contains("was deleted", (await RunAsync(api, 1, "messages", "replay", id)).Error, StringComparison.Ordinal);
        Assert.Equal("0 deliveries changed\n", (await RunAsync(api, 0, "deliveries", "retry", "--state", "cancelled")).Out);
        Assert.Contains(
            api.Log.All, line => line.Text.Contains($"token=local via=api action=delete target={id}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nodes_are_listed_and_a_warning_goes_to_standard_error()
    {
        await using var api = await ApiFixture.CreateAsync();
        var self = api.Core.Nodes.Self.Describe();
        Assert.StartsWith(
            $"{self.Name}\tstarting\t{self.Version}\t{self.ConfigVersion}\t", (await RunAsync(api, 0, "nodes", "list")).Out,
            StringComparison.Ordinal);
        Assert.Equal(self.Id, JsonDocument.Parse((await RunAsync(api, 0, "nodes", "list", "--json")).Out)
            .RootElement.GetProperty("items")[0].GetProperty("id").GetString());
        api.Clock.Advance(TimeSpan.FromMinutes(5));
        await api.Spool.ReportNodeAsync(self with { Id = "other", ConfigVersion = "other", State = NodeState.Ready }, default);
        var run = await RunAsync(api, 0, "nodes", "list");
        Assert.Equal(2, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("warning: the nodes have run different configurations", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Nodes of one machine have one name: their listeners tell them apart.</summary>
    [Fact]
    public async Task A_narrow_terminal_shows_listeners_and_which_node_answers()
    {
        await using var api = await ApiFixture.CreateAsync();
        var self = api.Core.Nodes.Self.Describe();
        await api.Spool.ReportNodeAsync(self with { Id = "other", State = NodeState.Ready, Listeners = ["x:2526"] }, default);
        var run = new CommandRun { OutIsTerminal = true, Width = 80 };
        Assert.Equal(0, await RunAsync(run, api, "nodes", "list"));
        Assert.Contains("x:2526", run.Out, StringComparison.Ordinal);
        var lines = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("self", lines[0].TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(["no", "yes"], lines[1..].Select(line => line.TrimEnd().Split(' ')[^1]).Order());
    }

    [Fact]
    public async Task Many_are_deleted_when_their_count_is_confirmed()
    {
        await using var api = await ApiFixture.CreateAsync();
        for (var index = 0; index < 3; index++)
            await api.SubmitAsync($"Mail {index}", from: index == 2 ? "else@other.test" : "al@sender.test");
        Assert.Contains(
            "2 messages would be deleted for good: add --yes",
            (await RunAsync(api, 2, "messages", "delete", "--sender", "al@sender.test")).Error, StringComparison.Ordinal);
        var asked = string.Empty;
        var no = new CommandRun { Ask = question => { asked = question; return "y"; } };
        Assert.Equal(1, await RunAsync(no, api, "messages", "delete", "--sender", "al@sender.test"));
        Assert.Equal("2 messages will be deleted for good. Type 2 to confirm: ", asked);
        Assert.Equal(
            3, (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Where(tally => tally.State == DeliveryState.Pending)
                .Sum(tally => tally.Count));
        var yes = new CommandRun { Ask = _ => "2" };
        Assert.Equal(0, await RunAsync(yes, api, "messages", "delete", "--sender", "al@sender.test"));
        Assert.Equal("2 messages deleted, 2 deliveries cancelled\n", yes.Out);
        Assert.Equal(
            "1 message deleted, 1 delivery cancelled\n",
            (await RunAsync(api, 0, "messages", "delete", "--recipient", "ann@", "--yes")).Out);
        Assert.Equal(
            "0 messages deleted, 0 deliveries cancelled\n", (await RunAsync(api, 0, "messages", "delete", "--before", "0s", "--yes")).Out);
    }

    [Theory]
    [InlineData(2, "name messages by id or by filter", "messages", "delete")]
    [InlineData(2, "not both", "messages", "delete", "ID", "--sender", "x")]
    [InlineData(2, "an empty filter would select every message", "messages", "delete", "--sender", "", "--yes")]
    [InlineData(1, "no-such: there is no such message", "messages", "delete", "ID", "no-such")]
    [InlineData(1, "no-such: there is no such message", "messages", "replay", "ID", "no-such")]
    [InlineData(2, "did you mean 'other'?", "messages", "replay", "ID", "--to", "othr")]
    [InlineData(2, "give one of the two", "messages", "replay", "ID", "--to", "other", "--by-rules")]
    [InlineData(2, "--to needs the IDs of the messages to send", "messages", "replay", "--dry-run", "--to", "other")]
    [InlineData(1, "no-such: there is no such delivery", "deliveries", "cancel", "DELIVERY", "no-such")]
    public async Task A_wrong_argument_ends_the_command_before_it_has_done_anything(int exitCode, string text, params string[] arguments)
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("x");
        var delivery = (await api.Spool.FindDeliveriesAsync(id, CancellationToken.None))[0].Id;
        var run =
            await RunAsync(
                api, exitCode, [.. arguments.Select(argument => argument == "ID" ? id : argument == "DELIVERY" ? delivery : argument)]);
        Assert.Empty(run.Out);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
        Assert.Equal(
            [new DeliveryTally("hook", DeliveryState.Pending, 1)], (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
    }

    [Fact]
    public async Task A_replay_goes_where_the_operator_says()
    {
        await using var api = await ApiFixture.CreateAsync(rules: "rules:\n  - { name: all, then: [ hold: look ] }\n");
        var id = await api.SubmitAsync("x");
        Assert.Contains(
            "has never had a destination; name one with 'to' (--to on the command line) (hook, other)",
            (await RunAsync(api, 1, "messages", "replay", id)).Error, StringComparison.Ordinal);
        Assert.Equal(
            $"{id} would go to other for ann@example.com\n",
            (await RunAsync(api, 0, "messages", "replay", id, "--to", "other", "--dry-run")).Out);
        Assert.Equal($"{id} goes to other for ann@example.com\n", (await RunAsync(api, 0, "messages", "replay", id, "--to", "other")).Out);
        var sent = (await api.Spool.FindDeliveriesAsync(id, CancellationToken.None))[^1];
        Assert.Equal(("other", DeliveryState.Pending, true), (sent.Destination, sent.State, sent.IsReplay));
    }

    [Fact]
    public async Task A_release_of_a_delivery_without_a_destination_asks_for_a_destination()
    {
        await using var api = await ApiFixture.CreateAsync(rules: "rules:\n  - { name: all, then: [ hold: look ] }\n");
        var id = await api.SubmitAsync("x");
        var delivery = (await api.Spool.FindDeliveriesAsync(id, CancellationToken.None))[0].Id;
        Assert.Contains(
            "it has no destination of its own: name one with ?to=DESTINATION (deliveries release --to DESTINATION) (hook, other)",
            (await RunAsync(api, 1, "deliveries", "release", delivery)).Error, StringComparison.Ordinal);
        var many = await RunAsync(api, 1, "deliveries", "release", "--state", "held");
        Assert.Contains("1 unchanged for lack of a destination of its own: --to DESTINATION", many.Error, StringComparison.Ordinal);
        Assert.Equal("1 delivery changed\n", (await RunAsync(api, 0, "deliveries", "release", delivery, "--to", "hook")).Out);
    }

    [Fact]
    public async Task Rules_are_listed_with_their_hits()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("x");
        Assert.Equal(
            ["all", "yes", "1", "2026-01-02 03:04:05Z", "rules/a.yaml:2:5"],
            (await RunAsync(api, 0, "rules", "list")).Out.TrimEnd('\n').Split('\t'));
        Assert.Equal(
            1, JsonDocument.Parse((await RunAsync(api, 0, "rules", "list", "--json")).Out).RootElement.GetProperty("items")
                .GetArrayLength());
    }

    [Fact]
    public async Task A_reload_tells_its_problems_each_on_its_line()
    {
        const string Refused =
            """{"type":"about:blank","title":"Not reloaded, the old configuration stays","status":422,"problems":"""
            + """["a.yaml:1:1: error: one","b.yaml:2:2: error: two"]}""";
        var refused = new CommandRun();
        Assert.Equal(
            1, await RunAsync(refused, Answering(HttpStatusCode.UnprocessableEntity, Refused, "application/problem+json"), "reload"));
        Assert.Equal("Not reloaded, the old configuration stays\na.yaml:1:1: error: one\nb.yaml:2:2: error: two\n", refused.Error);
        var done = new CommandRun();
        Assert.Equal(
            0, await RunAsync(
                done, Answering(HttpStatusCode.OK, """{"version":"abc","problems":["a.yaml:1:1: warning: look"]}""", "application/json"),
                "reload"));
        Assert.Equal(("reloaded, version abc\n", "a.yaml:1:1: warning: look\n"), (done.Out, done.Error));
    }

    [Fact]
    public async Task Events_are_a_line_each_and_can_be_counted()
    {
        const string Stream =
            ": following\n\nevent: received\ndata: {\"at\":\"2026-01-02T03:04:05+00:00\",\"destination\":null,\"reason\":null,"
            + "\"message\":{\"id\":\"m1\",\"sender\":\"al@x\",\"recipients\":[\"a@y\"],\"subject\":\"Hi \\u001b[31m\"},"
            + "\"delivery\":null}\n\n: beat\n\nevent: paused\ndata: {\"at\":\"2026-01-02T03:04:06+00:00\",\"destination\":\"hook\","
            + "\"reason\":\"410 Gone\"}\n\n";
        var one = new CommandRun();
        Assert.Equal(0, await RunAsync(one, Answering(HttpStatusCode.OK, Stream, "text/event-stream"), "events", "--limit", "1"));
        Assert.Equal("2026-01-02 03:04:05Z  received       message=m1  sender=al@x  recipients=a@y  subject=Hi  [31m\n", one.Out);
        var all = new CommandRun();
        Assert.Equal(1, await RunAsync(all, Answering(HttpStatusCode.OK, Stream, "text/event-stream"), "events", "--json"));
        Assert.Equal("paused", JsonDocument.Parse(all.Out.Split('\n')[1]).RootElement.GetProperty("event").GetString());
        Assert.Contains("ended the stream of events", all.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_event_is_for_webhooks_and_its_answer_is_shown()
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.StartsWith("not taken: ", (await RunAsync(api, 1, "destinations", "test", "hook", "--event")).Out, StringComparison.Ordinal);
        Assert.Contains(
            "did you mean 'hook'?", (await RunAsync(api, 1, "destinations", "test", "hok", "--event")).Error, StringComparison.Ordinal);
        Assert.Contains(api.Log.All, line => line.Text.Contains("action=test_event target=hook", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mail_can_not_steer_the_terminal_it_is_printed_to()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = (await api.AskAsync(
            "POST /api/v1/messages?from=al@sender.test&to=ann@example.com", HttpStatusCode.Created,
            "Subject: \u001b]0;owned\u0007\r\n\r\n\u001b[2J\u009b31m \u202egnp.exe\tGrüße\r\n", "message/rfc822")).GetProperty("id")
            .GetString()!;
        var screen = new CommandRun { OutIsTerminal = true };
        Assert.Equal(0, await RunAsync(screen, api, "messages", "raw", id));
        Assert.Empty(screen.Octets);
        Assert.Contains("Subject: \\x1b]0;owned\\x07\n", screen.Out, StringComparison.Ordinal);
        Assert.EndsWith("\n\n\\x1b[2J\\x9b31m \\u202egnp.exe\tGrüße\n", screen.Out, StringComparison.Ordinal);
        Assert.Contains("\u001b[2J", (await RunAsync(api, 0, "messages", "raw", id)).Octets, StringComparison.Ordinal);
        foreach (var command in new[] { new[] { "messages", "list" }, ["messages", "show", id], ["messages", "trace", id],
            ["messages", "list", "--json"], ["deliveries", "list"] })
        {
            var run = new CommandRun { OutIsTerminal = true };
            Assert.Equal(0, await RunAsync(run, api, command));
            Assert.DoesNotContain(run.Out, letter => letter is '\u202e' or '\u009b' or '\u001b' or '\u0007');
        }
    }

    [Theory]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(200)]
    public async Task A_table_fits_the_terminal_and_breaks_nothing(int width)
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync(
            "A subject that is a good deal longer than any line of a terminal has room for, and 日本語 in it, "
            + "and then some more words to be sure",
            "somebody.with.a.very.long.name@example.com", "another.person.with.a.long.name@sender.example.test");
        foreach (var command in new[] { new[] { "messages", "list" }, ["deliveries", "list"], ["rules", "list"], ["destinations", "list"] })
        {
            var run = new CommandRun { OutIsTerminal = true, Width = width };
            Assert.Equal(0, await RunAsync(run, api, command));
            var lines = run.Out.TrimEnd('\n').Split('\n');
            Assert.Equal(command[0] == "destinations" ? 3 : 2, lines.Length);
            Assert.All(lines, line => Assert.InRange(new Spectre.Console.Rendering.Segment(line).CellCount(), 1, width));
            if (command[0] == "messages")
                Assert.StartsWith(id, lines[1], StringComparison.Ordinal);
            if (command[0] == "messages" && width == 80)
                Assert.Contains('…', lines[1]);
        }
        Assert.DoesNotContain('…', (await RunAsync(api, 0, "messages", "list")).Out);
    }

    [Fact]
    public async Task A_stored_message_is_explained_as_it_came()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("x", "support%2B42@example.com", "al@sender.test");
        var folder = Directory.CreateTempSubdirectory("ib-explain-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "ib.yaml"), "domains: [example.com]\nrules: { path: rules }\n");
            Directory.CreateDirectory(Path.Combine(folder, "rules"));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "rules", "a.yaml"),
                "rules:\n  - { name: tickets, when: { recipient: 'support+{ticket}@*', header: { Received: { exists: false } } }, "
                + "then: [ hold: look ] }\n");
            var run = await RunAsync(api, 0, "explain", "--message", id, "--config", Path.Combine(folder, "ib.yaml"), "--json");
            var explained = JsonDocument.Parse(run.Out).RootElement;
            Assert.Equal("al@sender.test", explained.GetProperty("envelope").GetProperty("sender").GetString());
            Assert.Equal("support+42@example.com", explained.GetProperty("recipients")[0].GetProperty("recipient").GetString());
            Assert.Contains(
                "there is no such message",
                (await RunAsync(api, 1, "explain", "--message", "nothing", "--config", Path.Combine(folder, "ib.yaml"))).Error,
                StringComparison.Ordinal);
            Assert.Contains(
                "MAIL.eml, or --message ID", (await RunAsync(api, 2, "explain", "--to", "a@example.com")).Error, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<CommandRun> RunAsync(ApiFixture api, int exitCode, params string[] arguments)
    {
        var run = new CommandRun();
        var code = await RunAsync(run, api, arguments);
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)}: {code} {run.Error}{run.Out}");
        return run;
    }

    private static Task<int> RunAsync(CommandRun run, ApiFixture api, params string[] arguments) =>
        RunAsync(run, () => new Handler(_ => null, api.Way), arguments);

    private static Task<int> RunAsync(CommandRun run, Func<HttpMessageHandler> way, params string[] arguments) =>
        run.RunAsync(InboundBridge.HostCommands.Actions with { Connect = _ => way() }, [.. arguments, .. Server]);

    private static Func<HttpMessageHandler> Answering(HttpStatusCode status, string body, string type) =>
        () => new Handler(_ => new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) }, null);

    /// <summary>Answers by itself, or forwards to a handler that outlives the command.</summary>
    private sealed class Handler(Func<HttpRequestMessage, HttpResponseMessage?> answer, HttpMessageHandler? way) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request) ?? await new HttpMessageInvoker(way!, disposeHandler: false).SendAsync(request, cancellationToken);
    }
}
