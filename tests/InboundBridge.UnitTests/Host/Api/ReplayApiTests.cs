using System.Net;
using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Scanning;
using InboundBridge.MailFlow.Scanning.Clamd;
using InboundBridge.UnitTests.MailFlow.Scanning;

namespace InboundBridge.UnitTests.Host.Api;

public sealed class ReplayApiTests
{
    private const string Rules = """
        rules:
          - { name: tickets, when: { subject: "ticket*" }, then: [ webhook: hook ] }
          - { name: small, when: { size: "< 1MB", client_ip: 127.0.0.0/8 }, then: [ webhook: other ] }
        """;

    [Fact]
    public async Task A_dry_run_says_what_a_replay_sends_and_sends_nothing()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var id = await api.SubmitAsync("ticket 1");
        var dry = await api.AskAsync($"POST /api/v1/messages/{id}/replay", body: """{"dry_run":true}""");
        Assert.Equal((true, 1), (dry.GetProperty("dry_run").GetBoolean(), dry.GetProperty("deliveries").GetInt32()));
        Assert.Equal("hook", dry.GetProperty("items")[0].GetProperty("destination").GetString());
        Assert.Equal(1, Count(await api.AskAsync($"GET /api/v1/deliveries?message={id}")));
        Assert.Equal(1, (await api.AskAsync($"POST /api/v1/messages/{id}/replay")).GetProperty("deliveries").GetInt32());
        var all = await api.AskAsync($"GET /api/v1/deliveries?message={id}");
        Assert.Equal([false, true], all.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("is_replay").GetBoolean()));
        await api.AskAsync($"POST /api/v1/messages/{id}/replay", HttpStatusCode.BadRequest, """{"dryrun":true}""");
        await api.AskAsync($"POST /api/v1/messages/{id}/replay", HttpStatusCode.BadRequest, "{");
    }

    [Fact]
    public async Task A_replay_by_rules_goes_where_the_rules_want_it_now()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var id = await api.SubmitAsync("ticket 1");
        var policy = api.Reception.CurrentPolicy;
        await using var changed =
            await ApiFixture.CreateAsync(rules: Rules.Replace("webhook: hook", "webhook: other", StringComparison.Ordinal));
        api.Reception.CurrentPolicy = changed.Reception.CurrentPolicy;
        var hits = api.Reception.CurrentPolicy.Routing.Rules.Rules[0].Hits;
        var dry = await api.AskAsync($"POST /api/v1/messages/{id}/replay", body: """{"dry_run":true,"by_rules":true}""");
        Assert.Equal("other", dry.GetProperty("items")[0].GetProperty("destination").GetString());
        Assert.Equal(hits, api.Reception.CurrentPolicy.Routing.Rules.Rules[0].Hits);
        await api.AskAsync($"POST /api/v1/messages/{id}/replay", body: """{"by_rules":true}""");
        var newest = (await api.AskAsync($"GET /api/v1/deliveries?message={id}")).GetProperty("items").EnumerateArray().Last();
        Assert.Equal(("other", true), (newest.GetProperty("destination").GetString(), newest.GetProperty("is_replay").GetBoolean()));
        api.Reception.CurrentPolicy = policy;
    }

    /// <summary>No scanner was asked when the mail came, so its answer is not stored.</summary>
    [Fact]
    public async Task A_replay_by_rules_has_the_mail_scanned_when_a_rule_asks()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var ids = new[] { await api.SubmitAsync("ticket 1"), await api.SubmitAsync("ticket 2") };
        await using var asking = await ApiFixture.CreateAsync(
            rules: """
                rules:
                  - { name: infected, when: { virus: true }, then: [ webhook: other ] }
                  - { name: all, then: [ webhook: hook ] }
                """,
            more: "scanners: { clamav: { address: \"127.0.0.1:1\" } }\n");
        var policy = api.Reception.CurrentPolicy;
        var answer = "stream: Eicar FOUND\0";
        var clamd = new FakeScanner(async (stream, stop) =>
        {
            await FakeScanner.ReadStreamAsync(stream, stop);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), stop);
        });
        api.Reception.CurrentPolicy = asking.Reception.CurrentPolicy with
        {
            Scanners = new MailScanners { Clamd = new ClamdScanner(clamd.ConnectAsync, new ScannerLimits(), TimeProvider.System) },
        };
        var dry = await api.AskAsync($"POST /api/v1/messages/{ids[0]}/replay", body: """{"dry_run":true,"by_rules":true}""");
        Assert.Equal("other", dry.GetProperty("items")[0].GetProperty("destination").GetString());
        answer = string.Empty;
        var asked = clamd.Connections;
        var diff = (await api.AskAsync("POST /api/v1/replay")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(2, diff.Count);
        Assert.Contains(diff, change => After(change).Contains("scanners.clamav failed: clamd closed", StringComparison.Ordinal));
        Assert.All(diff, change => Assert.StartsWith("refuse 451 4.3.0 ", After(change), StringComparison.Ordinal));
        Assert.Equal(asked + 1, clamd.Connections);
        api.Reception.CurrentPolicy = policy;

        static string After(JsonElement change) => change.GetProperty("after").GetProperty("to")[0].GetString()!;
    }

    [Fact]
    public async Task Rules_in_the_request_are_compared_with_what_was_done()
    {
        await using var api = await ApiFixture.CreateAsync(rules: Rules);
        var ticket = await api.SubmitAsync("ticket 1");
        await api.SubmitAsync("else");
        var same = await api.AskAsync("POST /api/v1/replay?since=7d");
        Assert.Equal((2, 0), (same.GetProperty("examined").GetInt32(), Count(same)));

        var rules = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["new.yaml"] = """
                lists: { vips: { file: lists/vips.txt } }
                rules:
                  - { name: vips, when: { sender: { in: vips } }, then: [ hold: look ] }
                """ + "\n  " + Rules[(Rules.IndexOf('\n', StringComparison.Ordinal) + 1)..].TrimStart(),
            ["lists/vips.txt"] = "al@sender.test\n",
        };
        rules["new.yaml"] =
            rules["new.yaml"]
                .Replace(
                    "when: { sender: { in: vips } }", "when: { sender: { in: vips }, subject: \"ticket*\" }", StringComparison.Ordinal);
        var diff = await api.AskAsync("POST /api/v1/replay", body: JsonSerializer.Serialize(new { dry_run = true, rules }));
        var change = Assert.Single(diff.GetProperty("items").EnumerateArray());
        Assert.Equal(ticket, change.GetProperty("message").GetProperty("id").GetString());
        Assert.Equal("hook", change.GetProperty("before").GetProperty("to")[0].GetString());
        Assert.Equal(
            ("hold: look", "vips"),
            (change.GetProperty("after").GetProperty("to")[0].GetString(), change.GetProperty("after").GetProperty("rule").GetString()));
        Assert.Equal(2, (await api.Spool.ReadTotalsAsync(CancellationToken.None)).Deliveries.Sum(tally => tally.Count));
    }

    [Fact]
    public async Task Uploaded_rules_read_no_file_of_this_machine_and_tell_their_mistakes()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("x");
        var outside =
            JsonSerializer.Serialize(
                new
                {
                    rules =
                    new Dictionary<string, string>(
                        StringComparer.Ordinal)
                    {
                        ["a.yaml"] =
                        "lists: { l: { file: /etc/hostname } }\nrules: [ { name: a, when: { sender: { in: l } }, then: [ webhook: hook ] } ]\n"
                    }
                });
        var problem = await api.AskAsync("POST /api/v1/replay", HttpStatusCode.UnprocessableEntity, outside);
        Assert.Contains("a.yaml:1:", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        await api.AskAsync("POST /api/v1/replay", HttpStatusCode.BadRequest, """{"dry_run":false}""");
    }

    private static int Count(JsonElement list) => list.GetProperty("items").GetArrayLength();
}
