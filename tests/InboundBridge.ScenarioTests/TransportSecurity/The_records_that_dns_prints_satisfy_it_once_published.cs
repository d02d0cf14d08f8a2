using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.TransportSecurity;

/// <summary><c>inboundbridge dns</c> with a real resolver: the lines that it prints go into the zone as they are.</summary>
public sealed class The_records_that_dns_prints_satisfy_it_once_published : IDisposable
{
    private const string Address = "127.0.0.1";

    private static readonly string[] NotInTheZone = ["HTTPS-FILE", "PORT-25"];

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_record_of_a_domain_with_everything()
    {
        var certificate = new TestCertificate(_folder, "mx.example.com");
        var key = _folder["dkim.pem"];
        (await PeerProcess.RunAsync("openssl", PeerPrograms.Find("openssl", "openssl"), ["genrsa", "-out", key, "2048"]))
            .Succeeded("openssl");
        await using var empty = await Unbound.StartAsync(_folder, Zone([]));
        var configuration = Configuration(certificate, key);
        var printed = await RunAsync(configuration, empty);
        Assert.Equal(1, printed.ExitCode);
        var lines = printed.StandardOutput.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(';')).ToArray();
        string[] types =
            [" MX ", " TXT \"v=spf1", " TXT \"v=DKIM1", " TXT \"v=DMARC1", " TXT \"v=STSv1", " TXT \"v=TLSRPTv1", " TLSA ", " CAA "];
        foreach (var type in types)
            Assert.Contains(lines, line => line.Contains(type, StringComparison.Ordinal));

        await using var full = await Unbound.StartAsync(
            _folder, Zone(lines.Where(line => !line.Contains(" A ", StringComparison.Ordinal))));
        var found = await RunAsync(configuration, full, "--json");
        using var json = JsonDocument.Parse(found.StandardOutput);
        var items = json.RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.All(
            items.Where(item => !NotInTheZone.Contains(item.GetProperty("type").GetString())),
            item => Assert.Equal("ok", item.GetProperty("state").GetString()));
        // Nothing serves the policy, and whether somebody listens on port 25 is this machine's business.
        Assert.Equal("to_do", Item("HTTPS-FILE").GetProperty("state").GetString());
        Assert.Equal(Address, Item("PORT-25").GetProperty("name").GetString());

        JsonElement Item(string type) => items.Single(item => item.GetProperty("type").GetString() == type);
    }

    private static string Zone(IEnumerable<string> records) => $"""
          local-zone: "example.com." static
          local-data: 'mx.example.com. A {Address}'
          local-data: 'mta-sts.example.com. A {Address}'
          local-zone: "127.in-addr.arpa." static
          local-data: '1.0.0.127.in-addr.arpa. PTR mx.example.com.'
        {string.Join('\n', records.Select(record => $"  local-data: '{record}'"))}
        """;

    private static string Configuration(TestCertificate certificate, string key) => $$"""
        hostname: mx.example.com
        domains: [example.com]
        {{ApplianceSetup.Tls(certificate)}}
        mta_sts: { mode: testing }
        tls_reports: { from: tls@example.com, via: out }
        destinations:
          out:
            relay: { mx: true, dkim: [{ domain: example.com, selector: s1, key: "{{key}}" }] }

        """;

    private Task<PeerResult> RunAsync(string configuration, Unbound dns, params string[] more)
    {
        var file = _folder.Write("dns.yaml", $"{configuration}dns: {{ servers: [\"{dns.Address}\"] }}\n");
        return Appliance.RunAsync(["dns", "example.com", "--config", file, .. more]);
    }
}
