using System.Net;
using System.Net.Sockets;
using System.Text;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Senders;

public sealed class Scanners_tell_rules_and_payloads : IDisposable
{
    private const string Rules = """
        rules:
          - name: infected
            when: { virus: true }
            then: [ reject: "infected" ]
          - name: spam
            when: { spam_score: "> 5" }
            then: [ tag: spam, add_header: { X-Spam: "yes" }, webhook: app ]
          - name: everything
            when: { recipient: "*@example.com" }
            then: [ webhook: app ]

        """;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_rspamd_and_clamd_of_debian()
    {
        await using var rspamd = await Rspamd.StartAsync(_folder);
        await using var clamd = await Clamd.StartAsync(_folder, largest: "1M");
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, Rules, [ApplianceSetup.Webhook("app", receiver)],
            $$"""
            scanners:
              rspamd: { url: "http://127.0.0.1:{{rspamd.Port}}", timeout: 60s }
              clamav: { address: "unix:{{clamd.Socket}}", timeout: 60s }
            """));
        string State() => $"{appliance.Log}\n{rspamd.Log}\n{clamd.Log}";

        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        var infected = await conversation.SendAsync(Mail("hello", Clamd.Virus), "al@sender.test", "a@example.com");
        Assert.True(infected.StartsWith("550", StringComparison.Ordinal)
            && infected.Contains("infected", StringComparison.Ordinal), State());

        var sent = await conversation.SendAsync(Mail(Rspamd.Spam, "text"), "al@sender.test", "a@example.com", "b@example.com");
        Assert.True(sent.StartsWith("250", StringComparison.Ordinal), $"{sent}\n{State()}");
        var spam = Assert.Single(await receiver.WaitForAsync(1, state: State)).Data;
        Assert.Equal("spam", spam.GetProperty("tags")[0].GetString());
        var verdicts = spam.GetProperty("authentication");
        Assert.Equal(Rspamd.Score + 0.1, verdicts.GetProperty("spam").GetProperty("score").GetDouble(), 3);
        Assert.Equal("add header", verdicts.GetProperty("spam").GetProperty("action").GetString());
        Assert.Equal(15, verdicts.GetProperty("spam").GetProperty("required_score").GetDouble());
        Assert.Equal(Rspamd.Score, verdicts.GetProperty("spam").GetProperty("symbols").GetProperty("OUR_SPAM").GetDouble());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, verdicts.GetProperty("virus").ValueKind);
        Assert.True(verdicts.GetProperty("virus_scanned").GetBoolean());
        await Deadline.Usual.UntilAsync(
            () => rspamd.Log.Contains("envelope id peer.test 127.0.0.1 al@sender.test a@example.com b@example.com", StringComparison.Ordinal),
            "rspamd to have seen the envelope", State);

        var ham = await conversation.SendAsync(Mail("hello", "text"), "", "a@example.com");
        Assert.True(ham.StartsWith("250", StringComparison.Ordinal), $"{ham}\n{State()}");
        var requests = await receiver.WaitForAsync(2, state: State);
        Assert.Equal(0.1, requests[1].Data.GetProperty("authentication").GetProperty("spam").GetProperty("score").GetDouble(), 3);

        // clamd does not take it whole, so nobody knows.
        var text = string.Concat(Enumerable.Repeat("0123456789\r\n", 300_000));
        var large = await conversation.SendAsync(Mail("large", text), "al@sender.test", "a@example.com");
        Assert.StartsWith("451", large, StringComparison.Ordinal);
        await appliance.LoggedAsync("StreamMaxLength");
        var metrics = await appliance.GetTextAsync("/metrics");
        Assert.Contains("inboundbridge_scanner_seconds_count{scanner=\"rspamd\"} 2", metrics, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_scanner_seconds_count{scanner=\"clamav\"} 4", metrics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("defer", "451")]
    [InlineData("accept", "250")]
    public async Task A_silent_scanner_puts_mail_off_or_is_passed_by(string onUnavailable, string code)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        await using var appliance = await Appliance.StartAsync(_folder, ApplianceSetup.Write(
            _folder, Rules, [ApplianceSetup.Webhook("app", receiver)],
            $$"""
            scanners:
              rspamd: { url: "http://127.0.0.1:{{port}}", timeout: 300ms }
              clamav: { address: "127.0.0.1:{{port}}", timeout: 300ms }
              on_unavailable: {{onUnavailable}}
            """));
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);
        var reply = await conversation.SendAsync(Mail(Rspamd.Spam, Clamd.Virus), "al@sender.test", "a@example.com");
        Assert.True(reply.StartsWith(code, StringComparison.Ordinal), $"{reply}\n{appliance.Log}");
        await appliance.LoggedAsync("clamd gave no answer within 0.3 s");
        if (code != "250")
            return;
        var request = Assert.Single(await receiver.WaitForAsync(1, state: () => appliance.Log));
        Assert.Equal("everything", request.Data.GetProperty("rule").GetString());
    }

    private static byte[] Mail(string subject, string text) =>
        Encoding.ASCII.GetBytes($"From: al@sender.test\r\nTo: a@example.com\r\nSubject: {subject}\r\n\r\n{text}\r\n");
}
