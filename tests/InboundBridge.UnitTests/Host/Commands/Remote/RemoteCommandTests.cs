using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using InboundBridge.Commands;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Spool;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Commands.Remote;

/// <summary>The commands that talk to a running appliance, against its real API in memory.</summary>
public sealed class RemoteCommandTests
{
    private static readonly string[] Server = ["--server", "http://127.0.0.1:8080"];

    [Fact]
    public async Task Messages_are_listed_shown_and_printed_as_they_are_stored()
    {
        await using var api = await ApiFixture.CreateAsync();
        var ids = new List<string>();
        for (var index = 0; index < 3; index++)
        {
            api.Clock.Advance(TimeSpan.FromSeconds(1));
            ids.Add(await api.SubmitAsync($"Mail {index}"));
        }
        var list = await RunAsync(api, 0, "messages", "list");
        Assert.Equal(3, Lines(list.Out).Length);
        Assert.Equal([ids[2], "2026-01-02 03:04:08Z"], Lines(list.Out)[0].Split('\t')[..2]);
        Assert.DoesNotContain('\u001b', list.Out);
        var part = await RunAsync(api, 0, "messages", "list", "--limit", "2", "--json", "--subject", "mail");
        var page = JsonDocument.Parse(part.Out).RootElement;
        Assert.Equal(2, page.GetProperty("items").GetArrayLength());
        Assert.Single(Lines((await RunAsync(api, 0, "messages", "list", "--cursor", page.GetProperty("next").GetString()!)).Out));
        Assert.Contains("there are more", (await RunAsync(api, 0, "messages", "list", "-n", "1")).Error, StringComparison.Ordinal);
        Assert.Equal(3, Lines((await RunAsync(api, 0, "messages", "list", "-n", "1", "--all")).Out).Length);

        var shown = await RunAsync(api, 0, "messages", "show", ids[0]);
        Assert.Contains("subject:    Mail 0", shown.Out, StringComparison.Ordinal);
        Assert.Contains("\tpending\thook\t", shown.Out, StringComparison.Ordinal);
        Assert.Contains("\nverdict:    none (dmarc=temperror (the DNS did not answer", shown.Out, StringComparison.Ordinal);
        Assert.Contains("\nspf:        temperror for sender.test (", shown.Out, StringComparison.Ordinal);
        Assert.StartsWith("Received: ", (await RunAsync(api, 0, "messages", "raw", ids[0])).Octets, StringComparison.Ordinal);
        Assert.Contains("decided", (await RunAsync(api, 0, "messages", "trace", ids[0])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_is_shown_with_why_it_goes_where_and_what_failed()
    {
        await using var api = await ApiFixture.CreateAsync(rules: "rules:\n  - { name: orders, then: [ tag: order, webhook: hook ] }\n");
        var id = await api.SubmitAsync("x");
        var delivery = Lines((await RunAsync(api, 0, "deliveries", "list")).Out)[0].Split('\t')[0];
        var stored = (await api.Spool.FindDeliveryAsync(delivery, CancellationToken.None))!;
        await api.Spool.CompleteAsync(
            new DeliveryCompletion
            {
                Delivery = stored with { State = DeliveryState.Retrying, Attempts = 1, LastReply = DeliveryReply.FromText("503 down") },
                Attempt = new FailedAttempt(
                    1, api.Clock.GetUtcNow(), TimeSpan.FromSeconds(2), "retry", DeliveryReply.FromText("503 down\u001b[2J")),
            },
            CancellationToken.None);
        var shown = (await RunAsync(api, 0, "messages", "show", id)).Out;
        foreach (var line in new[]
            {
                $"delivery:   {delivery} to hook, retrying", "rule:       orders", "tags:       order", "reply:      503 down",
                "failed:     2026-01-02 03:04:05Z retry: 503 down",
            })
            Assert.Contains($"\n{line}", shown, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown);
    }

    [Fact]
    public async Task A_mail_that_is_held_before_it_has_a_destination_is_shown_without_one()
    {
        await using var api = await ApiFixture.CreateAsync(rules: "rules:\n  - { name: odd, then: [ hold: look at it ] }\n");
        var id = await api.SubmitAsync("x");
        var delivery = Lines((await RunAsync(api, 0, "deliveries", "list")).Out)[0].Split('\t')[0];
        var shown = (await RunAsync(api, 0, "messages", "show", id)).Out;
        Assert.Contains($"\ndelivery:   {delivery}, held\n", shown.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("\nheld for:   look at it", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deliveries_are_changed_by_id_by_destination_and_by_state()
    {
        await using var api = await ApiFixture.CreateAsync();
        for (var index = 0; index < 3; index++)
            await api.SubmitAsync($"Mail {index}");
        var first = Lines((await RunAsync(api, 0, "deliveries", "list", "--state", "pending")).Out)[0].Split('\t')[0];
        Assert.Equal("1 delivery changed\n", (await RunAsync(api, 0, "deliveries", "cancel", first)).Out);
        Assert.Equal(
            """{"changed":2}""",
            Packed((await RunAsync(api, 0, "deliveries", "cancel", "--destination", "hook", "--state", "pending", "--json")).Out));
        Assert.Equal("3 deliveries changed\n", (await RunAsync(api, 0, "deliveries", "retry", "--state", "cancelled")).Out);
        Assert.Equal(
            [new DeliveryTally("hook", DeliveryState.Pending, 3)], (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
        Assert.Contains(first, (await RunAsync(api, 0, "deliveries", "show", first)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_mail_is_released_where_the_operator_says()
    {
        await using var api = await ApiFixture.CreateAsync(rules: "rules:\n  - { name: all, then: [ hold: look ] }\n");
        await api.SubmitAsync("x");
        Assert.Equal("1 delivery changed\n", (await RunAsync(api, 0, "deliveries", "release", "--state", "held", "--to", "other")).Out);
        Assert.Equal(
            [new DeliveryTally("other", DeliveryState.Pending, 1)], (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries);
    }

    [Fact]
    public async Task Destinations_are_listed_paused_resumed_and_tested()
    {
        await using var api = await ApiFixture.CreateAsync();
        Assert.Equal("hook paused\n", (await RunAsync(api, 0, "destinations", "pause", "hook", "--reason", "it moves")).Out);
        Assert.Contains("it moves (", (await RunAsync(api, 0, "destinations", "list")).Out, StringComparison.Ordinal);
        var list = Lines((await RunAsync(api, 0, "destinations", "list")).Out);
        Assert.Equal(["hook", "webhook", "yes", "yes"], list[0].Split('\t')[..4]);
        Assert.Equal(["other", "webhook", "yes", "no"], list[1].Split('\t')[..4]);
        Assert.Equal("hook resumed\n", (await RunAsync(api, 0, "destinations", "resume", "hook")).Out);
        Assert.StartsWith("does not answer: ", (await RunAsync(api, 1, "destinations", "test", "hook")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_is_tried_done_and_compared()
    {
        await using var api = await ApiFixture.CreateAsync();
        var id = await api.SubmitAsync("x");
        Assert.Equal($"{id} would go to hook for ann@example.com\n", (await RunAsync(api, 0, "messages", "replay", id, "--dry-run")).Out);
        Assert.Equal($"{id} goes to hook for ann@example.com\n", (await RunAsync(api, 0, "messages", "replay", id)).Out);
        var folder = Directory.CreateTempSubdirectory("ib-rules-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "a.yaml"), "rules:\n  - { name: new, then: [ webhook: other ] }\n");
            var compared = await RunAsync(api, 0, "messages", "replay", "--rules", folder, "--dry-run", "--since", "7d");
            Assert.Equal([id, "2026-01-02 03:04:05Z", "ann@example.com", "hook", "other", "new"], compared.Out.TrimEnd('\n').Split('\t'));
            Assert.Equal("1 message looked at, 1 recipient would go elsewhere\n", compared.Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData(2, "did you mean 'delivered'?", "messages", "list", "--state", "deliverd")]
    [InlineData(2, "did you mean '--sender'?", "messages", "list", "--sendr", "x")]
    [InlineData(2, "or an age such as 7d", "messages", "list", "--since", "lately")]
    [InlineData(2, "did you mean 'delivered'?", "events", "--kind", "deliverd")]
    [InlineData(1, "there is no such message", "messages", "show", "nothing")]
    [InlineData(1, "there is no such message", "messages", "raw", "nothing")]
    [InlineData(1, "there is no such delivery", "deliveries", "retry", "nothing")]
    [InlineData(1, "did you mean 'hook'?", "destinations", "pause", "hok")]
    [InlineData(2, "did you mean 'hook'?", "deliveries", "cancel", "--destination", "hok")]
    [InlineData(2, "by id, --state, --destination or --message", "deliveries", "cancel")]
    [InlineData(2, "not both", "deliveries", "cancel", "x", "--state", "dead")]
    [InlineData(2, "add --dry-run", "messages", "replay")]
    [InlineData(2, "no directory", "messages", "replay", "--dry-run", "--rules", "/nowhere")]
    public async Task Problems_are_reported_with_their_exit_code(int exitCode, string text, params string[] arguments)
    {
        await using var api = await ApiFixture.CreateAsync();
        var run = await RunAsync(api, exitCode, arguments);
        Assert.Empty(run.Out);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_asked_for_checked_and_limited_by_its_role()
    {
        await using var api = await ApiFixture.CreateAsync(
            $"http: {{ tokens: [{{ name: look, hash: \"{SecretHash.Make("looking", 1000)}\", role: read }}, "
            + $"{{ name: ops, hash: \"{SecretHash.Make("changing", 1000)}\", role: admin }}] }}");
        Assert.Contains(
            "--token-file FILE, or INBOUNDBRIDGE_TOKEN", (await RunAsync(api, 1, "messages", "list")).Error, StringComparison.Ordinal);
        Assert.Contains(
            "does not know this token", (await RunAsync(api, 1, "messages", "list", "--token", "guess")).Error, StringComparison.Ordinal);
        await RunAsync(api, 0, "messages", "list", "--token", "looking");
        Assert.Contains(
            "role: admin", (await RunAsync(api, 1, "destinations", "pause", "hook", "--token", "looking")).Error, StringComparison.Ordinal);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "changing\n");
        await RunAsync(api, 0, "destinations", "pause", "hook", "--token-file", file);
        File.Delete(file);
        Assert.Contains(api.Log.All, line => line.Text.Contains("token=ops via=api action=pause target=hook", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_there_and_somebody_else_there_are_told_apart()
    {
        var nobody = new CommandRun();
        var refused =
            new HostActions
            {
                Connect = _ => new Answer(_ => throw new HttpRequestException("refused", new IOException("Connection refused")))
            };
        Assert.Equal(1, await nobody.RunAsync(refused, ["messages", "list", .. Server]));
        Assert.Contains(
            "no appliance answers at http://127.0.0.1:8080 (Connection refused). Is it running?", nobody.Error, StringComparison.Ordinal);
        var stranger = new CommandRun();
        var page =
            new HostActions
            {
                Connect = _ => new Answer(_ => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent("<html>") })
            };
        Assert.Equal(1, await stranger.RunAsync(page, ["destinations", "list", .. Server]));
        Assert.Contains("is not an InboundBridge", stranger.Error, StringComparison.Ordinal);
        var wrong = new CommandRun();
        Assert.Equal(2, await wrong.RunAsync(page, "destinations", "list", "--server", "what ever"));
    }

    [Fact]
    public async Task On_a_terminal_a_list_is_a_table()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("Hello \u001b[31m there");
        var run = new CommandRun { OutIsTerminal = true };
        Assert.Equal(0, await run.RunAsync(new HostActions { Connect = _ => api.Way }, ["deliveries", "list", .. Server]));
        Assert.Contains("destination", run.Out, StringComparison.Ordinal);
        Assert.Contains("pending", run.Out, StringComparison.Ordinal);
        Assert.All(Regex.Replace(run.Out, "\u001b\\[[0-9;]*m", string.Empty).Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        var raw = await RunAsync(api, 0, "messages", "list");
        Assert.DoesNotContain('\u001b', raw.Out);
    }

    private static async Task<CommandRun> RunAsync(ApiFixture api, int exitCode, params string[] arguments)
    {
        var run = new CommandRun();
        var code = await run.RunAsync(new HostActions { Connect = _ => new Answer(null, api.Way) }, [.. arguments, .. Server]);
        Assert.True(code == exitCode, $"{string.Join(' ', arguments)}: {code} {run.Error}{run.Out}");
        return run;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Packed(string json) =>
        JsonDocument.Parse(json).RootElement.GetRawText().Replace("\n", "", StringComparison.Ordinal)
            .Replace(" ", "", StringComparison.Ordinal);

    /// <summary>Answers by itself, or forwards to a handler that outlives the command.</summary>
    private sealed class Answer(Func<HttpRequestMessage, HttpResponseMessage>? answer, HttpMessageHandler? way = null) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (answer is not null)
                return answer(request);
            var invoker = new HttpMessageInvoker(way!, disposeHandler: false);
            return await invoker.SendAsync(request, cancellationToken);
        }
    }
}
