using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

public sealed class A_relay_that_demands_tls_and_a_password : IDisposable
{
    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gets_both()
    {
        var certificate = new TestCertificate(_folder);
        await using var smarthost = await StartSmarthostAsync(certificate);
        await using var appliance = await StartAsync(smarthost, "secret", certificate);
        var mail = MailText.Read("awkward.eml");

        (await Swaks.SendAsync(appliance.SmtpPort, mail, "al@sender.test", ["one@example.com", "two@example.com"])).Succeeded("swaks");

        var came = Assert.Single(await smarthost.WaitForAsync(1, state: () => appliance.Log));
        Assert.Equal(("us", true, "al@sender.test"), (came.User, came.Secure, came.From));
        Assert.Equal(["one@example.com", "two@example.com"], came.To);
        MailText.AssertUnchangedBelowTrace(mail, came.Bytes);
    }

    [Fact]
    public async Task With_an_untrusted_certificate_gets_nothing_and_the_mail_waits()
    {
        await using var smarthost = await StartSmarthostAsync(new TestCertificate(_folder));
        await using var appliance = await StartAsync(smarthost, "secret", trusted: null);
        (await Swaks.SendAsync(appliance.SmtpPort, MailText.Numbered(1), "al@sender.test", ["one@example.com"])).Succeeded("swaks");
        await AssertWaitsAsync(appliance, smarthost);
    }

    [Fact]
    public async Task With_a_wrong_password_gets_nothing_and_the_mail_waits()
    {
        var certificate = new TestCertificate(_folder);
        await using var smarthost = await StartSmarthostAsync(certificate);
        await using var appliance = await StartAsync(smarthost, "wrong", certificate);
        (await Swaks.SendAsync(appliance.SmtpPort, MailText.Numbered(1), "al@sender.test", ["one@example.com"])).Succeeded("swaks");
        await AssertWaitsAsync(appliance, smarthost);
        Assert.DoesNotContain("wrong", appliance.Log, StringComparison.Ordinal);
    }

    private static async Task AssertWaitsAsync(Appliance appliance, SmtpSink smarthost)
    {
        await Deadline.Usual.UntilAsync(
            async () => await appliance.MetricAsync("inboundbridge_delivery_attempts_total", "destination=\"smarthost\"") >= 2,
            "two attempts", () => appliance.Log);
        Assert.Empty(smarthost.Mails);
        Assert.Equal((1, 0), (await appliance.DeliveriesAsync("retrying") + await appliance.DeliveriesAsync(
            "pending"), await appliance.DeliveriesAsync("dead")));
    }

    private Task<SmtpSink> StartSmarthostAsync(TestCertificate certificate) => SmtpSink.StartAsync(
        _folder, options: new SinkOptions { Certificate = certificate, RequireTls = true, User = "us", Password = "secret" });

    private Task<Appliance> StartAsync(SmtpSink smarthost, string password, TestCertificate? trusted)
    {
        var certificates = trusted is null ? "" : $"trusted_certificates: \"{trusted.CertificateFile}\", ";
        var more = $"auth: {{ user: us, password: {password} }}, {certificates}{ApplianceSetup.FastRetries}";
        var destination = ApplianceSetup.Relay("smarthost", smarthost.Port, "require", more);
        return Appliance.StartAsync(_folder, ApplianceSetup.Write(_folder, ApplianceSetup.Everything("relay: smarthost"), [destination]));
    }
}
