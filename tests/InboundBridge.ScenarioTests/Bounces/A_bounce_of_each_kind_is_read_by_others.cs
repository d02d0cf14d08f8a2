using System.Text;
using System.Text.Json;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Mime.Reports;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Bounces;

/// <summary>
/// Dovecot, a relay without DSN, two relays that nobody answers, and the rules: each has a mail that its sender must hear of. The bounces
/// leave by the relay, and are read by Python's email, by npm email-bounce-parser, and by our own reader of reports.
/// </summary>
public sealed class A_bounce_of_each_kind_is_read_by_others : IDisposable
{
    private const string Rules = """
        rules:
          - name: picky
            when: { recipient: picky@example.com, subject: "*refuse*" }
            then: [reject: { code: 554, text: "No refusals here" }]
          - { name: boxes, when: { recipient: [al@example.com, nobody-here@example.com, picky@example.com] }, then: [lmtp: boxes] }
          - { name: onwards, when: { recipient: far@example.com }, then: [relay: outbound] }
          - { name: dead, when: { recipient: dead@example.com }, then: [relay: dead] }
          - { name: slow, when: { recipient: slow@example.com }, then: [relay: slow] }

        """;

    /// <summary>The sender of a mail is the kind of bounce that it gets, at this domain.</summary>
    private const string Sender = "@sender.test";

    private static readonly Dictionary<string, (string Recipient, string Action, string Status, bool IsWhole)> Expected = new()
    {
        ["failed"] = ("nobody-here@example.com", "failed", "5.1.1", true),
        ["expired"] = ("dead@example.com", "failed", "4.4.7", true),
        ["refused"] = ("picky@example.com", "failed", "5.7.1", true),
        ["delayed"] = ("slow@example.com", "delayed", "4.4.1", false),
        ["relayed"] = ("far@example.com", "relayed", "2.0.0", false),
        ["delivered"] = ("al@example.com", "delivered", "2.0.0", false),
    };

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_says_the_same_to_each()
    {
        await using var boxes = await Dovecot.StartAsync(_folder, new DovecotOptions { Users = ["al"] });
        await using var outbound = await SmtpSink.StartAsync(_folder, "outbound");
        await using var appliance = await StartAsync(boxes, outbound);
        await SendAsync(appliance);
        var mails = await outbound.WaitForAsync(Expected.Count + 1, state: () => appliance.Log);
        var bounces = mails.Where(mail => mail.To is [var to] && to.EndsWith(Sender, StringComparison.Ordinal)).ToList();
        Assert.Equal(Expected.Keys.Order(), bounces.Select(Kind).Order());
        Assert.All(bounces, bounce => Assert.Equal("", bounce.From));

        var lines = string.Concat(bounces.Select((bounce, number) =>
            JsonSerializer.Serialize(new { number, mail = Convert.ToBase64String(bounce.Bytes) }) + "\n"));
        var python = await ReadAsync(PeerPrograms.Find("python3", "python3"), "read_bounces.py", lines, null);
        var npm = await ReadAsync(PeerPrograms.Node(out var environment), "read_bounces.mjs", lines, environment);
        for (var number = 0; number < bounces.Count; number++)
        {
            var kind = Kind(bounces[number]);
            AssertPython(kind, python[number]);
            AssertOwn(kind, bounces[number].Bytes);
            AssertNpm(kind, npm[number]);
        }
        Assert.Equal(6, await appliance.MetricAsync("inboundbridge_bounces_total"));
        await AssertLinkedAsync(appliance);
    }

    private Task<Appliance> StartAsync(Dovecot boxes, SmtpSink outbound)
    {
        const string Fast = "circuit: { failures: 1000, window: 1m, probe: 500ms }";
        return Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, Rules,
            [
                ApplianceSetup.Lmtp("boxes", $"127.0.0.1:{boxes.LmtpPort}"),
                ApplianceSetup.Relay("outbound", outbound.Port),
                ApplianceSetup.Relay("dead", 1, more: "retry: { schedule: [500ms], maximum_age: 3s, jitter: 0% }, " + Fast),
                ApplianceSetup.Relay("slow", 1, more: "retry: { schedule: [500ms], maximum_age: 1h, jitter: 0% }, " + Fast),
            ],
            more: "delivery: { bounces: { via: outbound, delay_after: 2s } }\n",
            smtp: $$"""listeners: [{ name: mx, address: "{{Appliance.SmtpAddress}}" }], trusted: [127.0.0.0/8]"""));
    }

    private static async Task SendAsync(Appliance appliance)
    {
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        await SendAsync(conversation, "failed", "RCPT TO:<nobody-here@example.com>");
        await SendAsync(conversation, "expired", "RCPT TO:<dead@example.com> NOTIFY=FAILURE");
        await SendAsync(conversation, "refused", "RCPT TO:<al@example.com>", "RCPT TO:<picky@example.com>");
        await SendAsync(conversation, "delayed", "RCPT TO:<slow@example.com>");
        await SendAsync(conversation, "relayed", "RCPT TO:<far@example.com> NOTIFY=SUCCESS,FAILURE");
        await SendAsync(conversation, "delivered", "RCPT TO:<al@example.com> NOTIFY=SUCCESS");
    }

    private static async Task SendAsync(SmtpConversation conversation, string kind, params string[] recipients)
    {
        Assert.StartsWith("250", await conversation.AskAsync($"MAIL FROM:<{kind}{Sender}> ENVID={kind}"), StringComparison.Ordinal);
        foreach (var recipient in recipients)
            Assert.StartsWith("250", await conversation.AskAsync(recipient), StringComparison.Ordinal);
        var mail = $"From: {kind}{Sender}\r\nSubject: {kind}: please refuse\r\nMessage-ID: <{kind}{Sender}>\r\n\r\nHello\r\n";
        Assert.StartsWith("250", await conversation.DataAsync(Encoding.ASCII.GetBytes(mail)), StringComparison.Ordinal);
    }

    private static string Kind(SinkMail bounce) => bounce.To[0][..^Sender.Length];

    private static void AssertPython(string kind, JsonElement read)
    {
        var (recipient, action, status, isWhole) = Expected[kind];
        Assert.Equal(("multipart/report", "delivery-status"), (Text(read, "type"), Text(read, "report")));
        Assert.Equal(("auto-replied", $"<{kind}{Sender}>"), (Text(read, "auto"), Text(read, "in_reply_to")));
        Assert.Equal(0, read.GetProperty("defects").GetInt32());
        Assert.Equal(
            ["text/plain", "message/delivery-status", isWhole ? "message/rfc822" : "text/rfc822-headers"],
            read.GetProperty("parts").EnumerateArray().Select(part => part.GetString()));
        Assert.Equal(
            ("dns; mx.example.com", $"rfc822; {recipient}", action, status),
            (Text(read, "reporting"), Text(read, "final"), Text(read, "action"), Text(read, "status")));
        Assert.Equal(kind == "delayed", Text(read, "until") is not null);
        Assert.Contains($"{kind}: please refuse", Text(read, "returned"), StringComparison.Ordinal);
        Assert.Contains($"<{recipient}>:", Text(read, "text"), StringComparison.Ordinal);
    }

    private static void AssertOwn(string kind, byte[] mail)
    {
        var read = ParsedMail.Open(MailContent.FromMemory(mail));
        var report = Assert.IsType<DeliveryReport>(read.Report);
        Assert.Equal((kind, $"{kind}{Sender}"), (report.OriginalEnvelopeId, report.OriginalMessageId));
        var told = Assert.Single(report.Recipients);
        var (recipient, action, status, _) = Expected[kind];
        Assert.Equal((recipient, action, status), (told.FinalRecipient, told.Action, told.Status));
    }

    /// <summary>It looks for an error code in the words, so that it can say more only of bounces that quote a server or a rule.</summary>
    private static void AssertNpm(string kind, JsonElement read)
    {
        Assert.True(read.GetProperty("bounce").GetBoolean());
        Assert.Equal(Expected[kind].Recipient, Text(read, "recipient"));
        if (kind is not ("failed" or "refused"))
            return;
        Assert.Equal(kind == "failed" ? "550" : "554", Text(read.GetProperty("code"), "basic"));
        Assert.Equal(Expected[kind].Status, Text(read.GetProperty("code"), "enhanced"));
        Assert.True(read.GetProperty("permanent").GetBoolean());
    }

    private static async Task AssertLinkedAsync(Appliance appliance)
    {
        var sent = await appliance.GetJsonAsync($"/api/v1/messages?sender={Uri.EscapeDataString(Sender)}");
        foreach (var message in sent.GetProperty("items").EnumerateArray())
        {
            var shown = await appliance.GetJsonAsync($"/api/v1/messages/{Text(message, "id")}");
            var bounce = Assert.Single(shown.GetProperty("bounces").EnumerateArray());
            var cause = bounce.GetProperty("bounce_of");
            Assert.Equal(Text(message, "id"), Text(cause, "message"));
            Assert.Equal(Text(message, "sender")![..^Sender.Length], Text(cause, "reason"));
        }
    }

    private static string? Text(JsonElement read, string name) => read.GetProperty(name).GetString();

    private static async Task<List<JsonElement>> ReadAsync(
        string program, string script, string lines, Dictionary<string, string>? environment)
    {
        var path = Path.Combine(Checkout.Root, "tests/InboundBridge.ScenarioTests/Bounces", script);
        var result = await PeerProcess.RunAsync(script, program, [path], Encoding.UTF8.GetBytes(lines), environment: environment);
        return [.. result.Succeeded("reading the bounces").StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
