using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.TransportSecurity;

/// <summary>DANE with a signed zone in Unbound, and MTA-STS with a policy from a web server, for npm's smtp-server and Postfix.</summary>
public sealed class Mail_goes_only_to_servers_that_prove_who_they_are : IDisposable
{
    private const string Domain = "signed.example.net";

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("right", true)]
    [InlineData("other key", false)]
    [InlineData("without tls", false)]
    [InlineData("unusable", true)]
    public async Task By_the_tlsa_records_of_a_signed_zone(string server, bool isDelivered)
    {
        // The name is wrong, which does not matter with DANE-EE.
        var certificate = new TestCertificate(_folder);
        await using var sink = await SmtpSink.StartAsync(
            _folder, options: new SinkOptions { Certificate = server == "without tls" ? null : certificate });
        var published = server == "other key" ? new TestCertificate(_folder, "other.test") : certificate;
        var tlsa = server == "unusable" ? $"0 0 1 {new string('0', 64)}" : $"3 1 1 {await KeyAsync(published)}";
        await using var unbound = await Unbound.StartAsync(_folder, await ZoneAsync($"_{sink.Port}._tcp.mx TLSA {tlsa}"));
        await AssertAsync(unbound, sink, isDelivered, "DANE demands TLS");
    }

    /// <summary>Usage 2: the record names the authority, so that the name and the dates of the certificate count.</summary>
    [Theory]
    [InlineData("right", true)]
    [InlineData("wrong name", false)]
    [InlineData("expired", false)]
    [InlineData("other authority", false)]
    public async Task By_the_tlsa_record_of_an_authority(string server, bool isDelivered)
    {
        using var authority = new TestAuthority(_folder);
        using var other = new TestAuthority(_folder, "other");
        var name = server == "wrong name" ? "wrong.example.net" : $"mx.{Domain}";
        var certificate = (server == "other authority" ? other : authority).Issue(name, isExpired: server == "expired");
        await using var sink = await SmtpSink.StartAsync(_folder, options: new SinkOptions { Certificate = certificate });
        await using var unbound = await Unbound.StartAsync(
            _folder, await ZoneAsync($"_{sink.Port}._tcp.mx TLSA 2 1 1 {authority.KeyDigest}"));
        await AssertAsync(unbound, sink, isDelivered, "DANE demands TLS");
    }

    /// <summary>An attacker on the way removes STARTTLS.</summary>
    [Theory]
    [InlineData("dane", "DANE demands TLS")]
    [InlineData("mta-sts", "demands TLS with a valid certificate")]
    [InlineData("none", null)]
    public async Task Not_past_somebody_who_strips_tls(string policy, string? reason)
    {
        using var authority = new TestAuthority(_folder);
        var certificate = authority.Issue($"mx.{Domain}");
        await using var sink = await SmtpSink.StartAsync(_folder, options: new SinkOptions { Certificate = certificate });
        await using var proxy = new StrippingProxy(sink.Port);
        await using var web = policy == "mta-sts" ? PolicyServer.Start(
            authority.Issue($"mta-sts.{Domain}"), PolicyText("enforce", $"mx.{Domain}")) : null;
        var zone = policy == "dane"
            ? await ZoneAsync($"_{proxy.Port}._tcp.mx TLSA 2 1 1 {authority.KeyDigest}")
            : PlainZone(policy == "mta-sts");
        await using var unbound = await Unbound.StartAsync(_folder, zone);
        await AssertAsync(unbound, sink, isDelivered: policy == "none", reason ?? "", authority.File, proxy.Port);
        Assert.Equal(policy == "none", proxy.Heard.Contains("MAIL FROM", StringComparison.Ordinal));
    }

    [Fact]
    public async Task To_postfix_by_its_tlsa_record()
    {
        var certificate = new TestCertificate(_folder);
        await using var postfix = await Postfix.StartTargetAsync(
            _folder, certificate: certificate, more: $"virtual_mailbox_domains = {Domain}");
        var records = $"_{postfix.Port}._tcp.mx TLSA 3 1 1 {await KeyAsync(certificate)}";
        await using var unbound = await Unbound.StartAsync(_folder, await ZoneAsync(records));
        await using var appliance = await StartAsync(unbound, postfix.Port, trusted: null);
        await SendAsync(appliance);
        Assert.Single(await postfix.WaitForAsync(1, state: () => appliance.Log));
    }

    [Theory]
    [InlineData("right", "enforce", true)]
    [InlineData("wrong name", "enforce", false)]
    [InlineData("expired", "enforce", false)]
    [InlineData("other authority", "enforce", false)]
    [InlineData("unlisted", "enforce", false)]
    [InlineData("without tls", "enforce", false)]
    [InlineData("without tls", "testing", true)]
    [InlineData("wrong name", "testing", true)]
    [InlineData("expired", "testing", true)]
    public async Task By_an_mta_sts_policy(string server, string mode, bool isDelivered)
    {
        using var authority = new TestAuthority(_folder);
        using var other = new TestAuthority(_folder, "other");
        var name = server == "wrong name" ? "wrong.example.net" : $"mx.{Domain}";
        var certificate = (server == "other authority" ? other : authority).Issue(name, isExpired: server == "expired");
        await using var sink = await SmtpSink.StartAsync(
            _folder, options: new SinkOptions { Certificate = server == "without tls" ? null : certificate });
        var host = server == "unlisted" ? "mx.elsewhere.example.net" : $"mx.{Domain}";
        await using var policy = PolicyServer.Start(authority.Issue($"mta-sts.{Domain}"), PolicyText(mode, host));
        await using var unbound = await Unbound.StartAsync(_folder, PlainZone(hasPolicy: true));
        await AssertAsync(unbound, sink, isDelivered, "MTA-STS policy", authority.File);
    }

    private static string PolicyText(string mode, string host) => $"version: STSv1\r\nmode: {mode}\r\nmx: {host}\r\nmax_age: 86400\r\n";

    /// <summary>Not signed, so that DANE does not apply.</summary>
    private static string PlainZone(bool hasPolicy) => $"""
          local-zone: "{Domain}." static
          local-data: "{Domain}. MX 10 mx.{Domain}."
          local-data: "mx.{Domain}. A 127.0.0.1"

        """ + (hasPolicy
        ? $"""
              local-data: 'mta-sts.{Domain}. A {PolicyServer.Address}'
              local-data: '_mta-sts.{Domain}. TXT "v=STSv1; id=1;"'
            """
        : "");

    /// <param name="reason">Words of the failed attempts.</param>
    /// <param name="port">Of the way to the sink; null for the sink's own.</param>
    private async Task AssertAsync(
        Unbound unbound, SmtpSink sink, bool isDelivered, string reason, string? trusted = null, int? port = null)
    {
        await using var appliance = await StartAsync(unbound, port ?? sink.Port, trusted);
        await SendAsync(appliance);
        if (isDelivered)
        {
            Assert.Single(await sink.WaitForAsync(1, state: () => appliance.Log));
            return;
        }
        await Deadline.Usual.UntilAsync(
            async () => await appliance.MetricAsync("inboundbridge_delivery_attempts_total", "destination=\"direct\"") >= 2,
            "two attempts", () => appliance.Log);
        Assert.Empty(sink.Mails);
        Assert.Contains("tls_policy_failed", appliance.Log, StringComparison.Ordinal);
        Assert.Contains(reason, appliance.Log, StringComparison.Ordinal);
    }

    private static async Task SendAsync(Appliance appliance) =>
        (await Swaks.SendAsync(appliance.SmtpPort, MailText.Numbered(1), "al@sender.test", ["one@example.com"])).Succeeded("swaks");

    private Task<Appliance> StartAsync(Unbound unbound, int port, string? trusted)
    {
        var certificates = trusted is null ? "" : $"trusted_certificates: \"{trusted}\", ";
        var destination =
            $"direct: {{ relay: {{ mx: true, port: {port}, allow_private_addresses: true, {certificates}{ApplianceSetup.FastRetries} }} }}";
        var rules = ApplianceSetup.Everything($"relay: {{ destination: direct, to: \"one@{Domain}\" }}");
        var dns = $"dns: {{ servers: [\"{unbound.Address}\"] }}";
        return Appliance.StartAsync(_folder, ApplianceSetup.Write(_folder, rules, [destination], dns));
    }

    private Task<string> ZoneAsync(string records) => SignedZone.SignAsync(_folder, Domain, $"""
        @ MX 10 mx
        mx A 127.0.0.1
        {records}
        """);

    private static async Task<string> KeyAsync(TestCertificate certificate)
    {
        using var read = X509CertificateLoader.LoadCertificate(await certificate.ReadAsync());
        return Convert.ToHexStringLower(SHA256.HashData(read.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}
