using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Two_webhooks_get_what_their_rules_say : IDisposable
{
    private const string Rules = """
        rules:
          - name: nobody home
            when: { recipient: "nobody@example.com" }
            then: [reject: { code: 550, enhanced: 5.1.1, text: "No such person" }]
          - name: tickets
            when: { recipient: "support+{ticket}@example.com" }
            then: [tag: support, webhook: desk]
          - name: archive
            when: { subject: "*archive*" }
            then: [webhook: desk, webhook: archive]

        """;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task And_nothing_else()
    {
        await using var desk = await WebhookReceiver.StartAsync(_folder, "desk");
        await using var archive = await WebhookReceiver.StartAsync(_folder, "archive");
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(
                _folder, Rules, [ApplianceSetup.Webhook("desk", desk), ApplianceSetup.Webhook("archive", archive, "raw")]));
        await using var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort);

        Assert.StartsWith("250", await conversation.SendAsync(
            MailText.Numbered(1), "al@sender.test", "support+42@example.com"), StringComparison.Ordinal);
        Assert.StartsWith("250", await conversation.SendAsync(
            MailText.Numbered(2, "to archive"), "al@sender.test", "bo@example.com"), StringComparison.Ordinal);
        await conversation.AskAsync("MAIL FROM:<al@sender.test>");
        Assert.Equal("550 5.1.1 No such person", await conversation.AskAsync("RCPT TO:<nobody@example.com>"));
        Assert.StartsWith("550 5.7.1", await conversation.AskAsync("RCPT TO:<al@elsewhere.test>"), StringComparison.Ordinal);
        await conversation.AskAsync("RSET");
        Assert.StartsWith(
            "5", await conversation.SendAsync(MailText.Numbered(3), "al@sender.test", "bo@example.com"), StringComparison.Ordinal);

        await desk.WaitForAsync(2, state: () => appliance.Log);
        await archive.WaitForAsync(1, state: () => appliance.Log);
        var ticket = Assert.Single(desk.Accepted, request => request.Data.GetProperty("rule").GetString() == "tickets");
        Assert.Equal("42", ticket.Data.GetProperty("vars").GetProperty("ticket").GetString());
        Assert.Equal("support", Assert.Single(ticket.Data.GetProperty("tags").EnumerateArray()).GetString());
        var kept = Assert.Single(desk.Accepted, request => request.Data.GetProperty("rule").GetString() == "archive");
        Assert.NotEqual(kept.Id, Assert.Single(archive.Accepted).Id);
        Assert.Equal((2, 1), (desk.Requests.Count, archive.Requests.Count));
    }
}
