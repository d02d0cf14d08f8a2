using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using InboundBridge.Commands;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Publishing;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.MailFlow.TransportSecurity;

namespace InboundBridge.UnitTests.Host.Commands;

public sealed class DnsCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dns-command").FullName;
    private readonly CommandRun _run = new();
    private readonly ZoneResolver _zone = new();
    private readonly System.Security.Cryptography.X509Certificates.X509Certificate2 _certificate;
    private MailPortAnswer _greeting = new("220 mx.example.com ESMTP");
    private string _policy = "version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 604800\r\n";

    public DnsCommandTests()
    {
        _certificate = new CertificateShop().For("mx.example.com");
        File.WriteAllText(Path.Combine(_folder, "mx.pem"), _certificate.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(_certificate)!;
        File.WriteAllText(Path.Combine(_folder, "mx.key"), key.ExportPkcs8PrivateKeyPem());
        using var rsa = RSA.Create(2048);
        File.WriteAllText(Path.Combine(_folder, "dkim.pem"), rsa.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "ib.yaml"), """
            hostname: mx.example.com
            domains: [example.com]
            tls: { certificates: [{ cert: mx.pem, key: mx.key }] }
            mta_sts: { mode: testing }
            tls_reports: { from: tls@example.com, via: out }
            destinations:
              out:
                relay:
                  mx: true
                  dkim: [{ domain: example.com, selector: s1, key: dkim.pem }]
                  arc: { domain: example.com, selector: a1, key: dkim.pem }
            """);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Everything_is_to_do_in_an_empty_zone()
    {
        Assert.Equal(1, await RunAsync());
        foreach (var record in new[]
            {
                "example.com. MX 10 mx.example.com.", "mx.example.com. TXT \"v=spf1 a -all\"", "s1._domainkey.example.com. TXT \"v=DKIM1;",
                "a1._domainkey.example.com. TXT \"v=DKIM1;",
                "example.com. TXT \"v=spf1 a:mx.example.com -all\"", "_dmarc.example.com. TXT \"v=DMARC1; p=none\"",
                "_mta-sts.example.com. TXT \"v=STSv1; id=", "_smtp._tls.example.com. TXT \"v=TLSRPTv1; rua=mailto:tls@example.com\"",
                "_25._tcp.mx.example.com. TLSA 3 1 1 ", "mx.example.com. CAA 0 issue \"",
            })
            Assert.Contains(record, _run.Out, StringComparison.Ordinal);
        Assert.Contains("; to do: publish it", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Published_as_printed_all_is_well()
    {
        await RunAsync("--json");
        Publish();
        Assert.Equal(0, await RunAsync());
        Assert.DoesNotContain("; to do", _run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("; warning", _run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mx", "example.com. MX 10 mx.example.com.", "warning")]
    [InlineData("ptr", "7.2.0.192.in-addr.arpa. PTR mx.example.com.", "to_do")]
    [InlineData("id", "_mta-sts.example.com. TXT", "to_do")]
    [InlineData("policy", "mta-sts.example.com. HTTPS-FILE", "to_do")]
    [InlineData("tlsa", "_25._tcp.mx.example.com. TLSA", "to_do")]
    [InlineData("two spf", "mx.example.com. TXT", "to_do")]
    [InlineData("policy's address", "mta-sts.example.com. HTTPS-FILE", "warning")]
    [InlineData("spf of reports", "example.com. TXT", "to_do")]
    [InlineData("dmarc", "_dmarc.example.com. TXT", "warning")]
    [InlineData("broken", "_smtp._tls.example.com. TXT", "warning")]
    [InlineData("refused", "192.0.2.7 PORT-25 220 mx.example.com", "to_do")]
    [InlineData("silent", "192.0.2.7 PORT-25 220 mx.example.com", "warning")]
    [InlineData("greets as another", "192.0.2.7 PORT-25 220 mx.example.com", "warning")]
    [InlineData("no caa", "mx.example.com. CAA", "warning")]
    [InlineData("critical caa", "mx.example.com. CAA", "to_do")]
    [InlineData("broken caa", "mx.example.com. CAA", "warning")]
    public async Task What_differs_is_named(string fault, string record, string state)
    {
        await RunAsync("--json");
        Publish();
        switch (fault)
        {
            case "mx":
                _zone.Remove("example.com").Mx("example.com", 10, "mx.elsewhere.test");
                break;
            case "ptr":
                _zone.Remove("7.2.0.192.in-addr.arpa");
                break;
            case "id":
                _zone.Remove("_mta-sts.example.com").Txt("_mta-sts.example.com", "v=STSv1; id=old;");
                break;
            case "policy":
                _policy = _policy.Replace("testing", "enforce", StringComparison.Ordinal);
                break;
            case "policy's address":
                _zone.Failing("mta-sts.example.com");
                _policy = "nothing can be fetched";
                break;
            case "spf of reports":
                _zone.Remove("example.com").Mx("example.com", 10, "mx.example.com").Txt("example.com", "v=spf1 -all");
                break;
            case "dmarc":
                _zone.Remove("_dmarc.example.com");
                break;
            case "tlsa":
                _zone.Remove("_25._tcp.mx.example.com").Tlsa("_25._tcp.mx.example.com", 3, 1, 1, new byte[32]);
                break;
            case "refused":
                _greeting = new MailPortAnswer(null, "connection refused", IsRefused: true);
                break;
            case "silent":
                _greeting = new MailPortAnswer(null, "no answer");
                break;
            case "greets as another":
                _greeting = new MailPortAnswer("220 mx.elsewhere.test");
                break;
            case "no caa":
                _zone.Remove("mx.example.com").Address("mx.example.com", "192.0.2.7").Txt("mx.example.com", "v=spf1 a -all");
                break;
            case "critical caa":
                _zone.Caa("mx.example.com", "tbs", "x", isCritical: true);
                break;
            case "broken caa":
                _zone.Remove("mx.example.com").Address("mx.example.com", "192.0.2.7").Txt("mx.example.com", "v=spf1 a -all")
                    .Failing("mx.example.com");
                break;
            case "two spf":
                _zone.Txt("mx.example.com", "v=spf1 mx -all");
                break;
            default:
                _zone.Remove("_smtp._tls.example.com").Failing("_smtp._tls.example.com");
                break;
        }
        await RunAsync("--json");
        var found = Items().Where(item => item.State != "ok").ToArray();
        Assert.Contains(
            found, item => $"{item.Name} {item.Type} {item.Value}".StartsWith(record, StringComparison.Ordinal) && item.State == state);
    }

    /// <summary>Also a record that is fine is printed as it is published.</summary>
    [Fact]
    public async Task What_is_published_does_not_control_the_terminal()
    {
        await RunAsync("--json");
        Publish();
        _zone.Remove("_dmarc.example.com").Txt("_dmarc.example.com", "v=DMARC1; p=none; x=\u001b]0;owned\u0007\u009b2J\"\\")
            .Caa("mx.example.com", "issue", "ca.example.net; x=\u001b[2J");
        _zone.Mx("example.com", 5, "mx\u001b[31m.elsewhere.test");
        _greeting = new MailPortAnswer("220 mx.example.com \u001b[2J");
        await RunAsync();
        Assert.DoesNotContain(_run.Out, letter => char.IsControl(letter) && letter != '\n');
        Assert.Contains(
            "_dmarc.example.com. TXT \"v=DMARC1; p=none; x=\\027]0;owned\\007\\1552J\\\"\\\\\"", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_server_that_answers_it_says_so_and_fails()
    {
        var actions = Actions() with { Resolver = (_, _) => new SilentDns() };
        Assert.Equal(2, await _run.RunAsync(actions, "dns", "example.com", "--config", Path.Combine(_folder, "ib.yaml")));
        Assert.Contains("no DNS server answers (", _run.Error, StringComparison.Ordinal);
        Assert.Contains("connection refused. dns.servers names others", _run.Error, StringComparison.Ordinal);
        Assert.Contains("example.com. MX 10 mx.example.com.", _run.Out, StringComparison.Ordinal);
        // Nobody knows what is missing.
        Assert.DoesNotContain("; to do", _run.Out, StringComparison.Ordinal);
        Assert.Contains("mta-sts.txt mode: testing\n; warning: can't be looked up now: ", _run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exa mple")]
    [InlineData("-")]
    public async Task What_is_no_domain_is_refused(string domain)
    {
        Assert.Equal(2, await _run.RunAsync(Actions(), "dns", "--config", Path.Combine(_folder, "ib.yaml"), "--", domain));
        Assert.Contains("is no domain", _run.Error, StringComparison.Ordinal);
    }

    /// <summary>Publishes what the last run printed as JSON.</summary>
    private void Publish()
    {
        _zone.Address("mx.example.com", "192.0.2.7").Ptr("192.0.2.7", "mx.example.com");
        foreach (var (name, type, value, _) in Items())
        {
            switch (type)
            {
                case "MX":
                    _zone.Mx(name, 10, "mx.example.com");
                    break;
                case "TXT":
                    _zone.Txt(name, value.Replace("\" \"", "", StringComparison.Ordinal).Trim('"'));
                    break;
                case "CAA":
                    _zone.Caa(name, "issue", "ca.example.net");
                    break;
                case "TLSA":
                    _zone.Tlsa(name, 3, 1, 1, Convert.FromHexString(value.Split(' ')[3]));
                    break;
            }
        }
    }

    private (string Name, string Type, string Value, string State)[] Items()
    {
        using var document = JsonDocument.Parse(_run.Out);
        return
        [
            .. document.RootElement.GetProperty("items").EnumerateArray().Select(item => (
                item.GetProperty("name").GetString()!, item.GetProperty("type").GetString()!, item.GetProperty("value").GetString()!,
                item.GetProperty("state").GetString()!)),
        ];
    }

    private HostActions Actions() => HostCommands.Actions with
    {
        Resolver = (_, _) => _zone,
        Greet = (server, _) => new ValueTask<MailPortAnswer>(server.Port == 25 ? _greeting : throw new InvalidOperationException("port")),
        FetchPolicy = (_, _) => new ValueTask<(MtaStsPolicy?, string)>(
            MtaStsPolicyReader.TryRead(Encoding.ASCII.GetBytes(_policy), out var policy, out var fault) ? (policy, "") : (null, fault)),
    };

    private sealed class SilentDns : IDnsResolver
    {
        public ValueTask<DnsAnswer> LookUpAsync(string name, DnsRecordType type, CancellationToken cancellationToken) =>
            new(DnsAnswer.Without(DnsStatus.Failure, name, "connection refused"));
    }

    private Task<int> RunAsync(params string[] more) =>
        _run.RunAsync(Actions(), ["dns", "example.com", "--config", Path.Combine(_folder, "ib.yaml"), .. more]);
}
