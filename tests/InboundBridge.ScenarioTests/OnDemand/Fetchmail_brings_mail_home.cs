using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.OnDemand;

/// <summary>fetchmail collects by ODMR and hands the mail to the branch office's own server, octet by octet as it came.</summary>
public sealed class Fetchmail_brings_mail_home : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task To_the_server_of_the_branch_office()
    {
        const int Mails = 5;
        var certificate = new TestCertificate(_folder);
        await using var office = await SmtpSink.StartAsync(_folder, "office");
        await using var appliance = await CollectedMail.StartAsync(_folder, certificate);
        byte[][] sent = [.. Enumerable.Range(0, Mails).Select(number => MailText.Numbered(number)), MailText.Large(300_000),
            MailText.Read("awkward.eml"), MailText.Read("latin1.eml")];
        await CollectedMail.SendAsync(appliance, 0, sent.Length, number => sent[number]);
        Assert.Equal(sent.Length, await appliance.DeliveriesAsync("pending"));

        var result = await CollectAsync(appliance, certificate, office);
        result.Succeeded("fetchmail");
        var mails = await office.WaitForAsync(sent.Length, state: () => $"{result.Output}\n{appliance.Log}");
        Assert.Equal(sent.Length, mails.Count);
        for (var number = 0; number < sent.Length; number++)
            MailText.AssertUnchangedBelowTrace(sent[number], mails[number].Bytes);
        await appliance.QueueEmptyAsync();
        await appliance.LoggedAsync("collected user=branch host=127.0.0.1 mails=8 outcome=ended");
        Assert.Equal(sent.Length, await appliance.MetricAsync(
            "inboundbridge_delivery_attempts_total", "destination=\"branch\"", "outcome=\"delivered\""));

        Assert.Contains("453", (await CollectAsync(appliance, certificate, office)).Output, StringComparison.Ordinal);
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_collections_total", "outcome=\"ended\""));
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_collections_total", "outcome=\"nothing\""));
    }

    [Fact]
    public async Task And_what_the_office_refuses_or_defers_is_on_record()
    {
        const string Recipient = "support@example.com";
        var certificate = new TestCertificate(_folder);
        await using var office = await SmtpSink.StartAsync(
            _folder, "office", new SinkOptions { Refuse = new() { [Recipient] = (452, "4.2.2 mailbox full") } });
        await using var appliance = await CollectedMail.StartAsync(_folder, certificate);
        await CollectedMail.SendAsync(appliance, 0, 2);
        await CollectAsync(appliance, certificate, office);
        Assert.Equal(2, await appliance.DeliveriesAsync("retrying"));
        Assert.Equal(1, await appliance.MetricAsync("inboundbridge_destination_up", "destination=\"branch\""));

        await office.RefuseAsync([]);
        (await CollectAsync(appliance, certificate, office)).Succeeded("fetchmail");
        await office.WaitForAsync(2);
        await appliance.QueueEmptyAsync();
        Assert.Equal(2, await appliance.DeliveriesAsync("delivered"));
    }

    private Task<PeerResult> CollectAsync(Appliance appliance, TestCertificate certificate, SmtpSink office) => Fetchmail.CollectAsync(
        _folder, appliance.PortOf("odmr"), certificate, CollectedMail.User, ApplianceSetup.Domain, office.Port);
}
