using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class Each_lmtp_recipient_has_an_outcome_of_its_own : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Dovecot accepts the message for one recipient, the second is over quota, and the third does not exist.</summary>
    [Fact]
    public async Task Only_the_deferred_one_is_tried_again()
    {
        await using var boxes = await Dovecot.StartAsync(
            _folder, new DovecotOptions { Users = ["al", "full"], Quotas = new() { ["full"] = 10 } });
        await using var appliance = await Appliance.StartAsync(
            _folder, ApplianceSetup.Write(
                _folder, ApplianceSetup.Everything("lmtp: boxes"), [ApplianceSetup.Lmtp("boxes", $"127.0.0.1:{boxes.LmtpPort}")]));
        var mail = MailText.Numbered(1);
        await using (var conversation = await SmtpConversation.OpenAsync(appliance.SmtpPort))
        {
            Assert.StartsWith(
                "250", await conversation.SendAsync(
                    mail, "al@sender.test", "al@example.com", "full@example.com", "nobody-here@example.com"), StringComparison.Ordinal);
        }

        await boxes.WaitForAsync("al", 1, () => appliance.Log);
        await Deadline.Usual.UntilAsync(
            async () => (await AttemptsAsync(appliance)) >= 3, "the full mailbox to be tried again and again",
            () => $"{appliance.Log}\n{boxes.Log}");
        Assert.Equal((1, 0), (boxes.Stored("al"), boxes.Stored("full")));
        await boxes.LiftQuotaAsync("full");

        var came = await boxes.WaitForAsync("full", 1, () => appliance.Log);
        MailText.AssertUnchangedBelowTrace(mail, Assert.Single(came));
        await appliance.QueueEmptyAsync();
        Assert.Equal((1, 1), (boxes.Stored("al"), boxes.Stored("full")));
        Assert.Equal(1, await appliance.DeliveriesAsync("dead"));
    }

    private static async Task<double> AttemptsAsync(Appliance appliance) =>
        await appliance.MetricAsync("inboundbridge_delivery_attempts_total", "destination=\"boxes\"");
}
