using System.Security.Cryptography;
using System.Text.Json;
using InboundBridge.Commands;
using InboundBridge.Publishing;
using InboundBridge.UnitTests.MailFlow.Dns;

namespace InboundBridge.UnitTests.Host.Commands;

/// <summary><c>dns</c> of domains that relays name, and that need no entry in <c>domains</c>.</summary>
public sealed class RelayDomainsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("relay-domains").FullName;
    private readonly CommandRun _run = new();

    private readonly ZoneResolver _zone = new ZoneResolver()
        .Address("mx.example.com", "192.0.2.7").Ptr("192.0.2.7", "mx.example.com").Txt("mx.example.com", "v=spf1 a -all")
        .Mx("srs.example.com", 10, "mx.example.com").Mx("smart.example.com", 10, "mx.example.com")
        .Address("smtp.example.net", "198.51.100.9");

    public RelayDomainsTests()
    {
        using var rsa = RSA.Create(2048);
        File.WriteAllText(Path.Combine(_folder, "key.pem"), rsa.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "ib.yaml"), """
            hostname: mx.example.com
            domains: [example.com]
            destinations:
              out:
                relay:
                  mx: true
                  srs: { domain: srs.example.com, secret: 0123456789abcdef }
                  dkim: [{ domain: list.example.org, selector: s1, key: key.pem }]
                  arc: { domain: seals.example.org, selector: a1, key: key.pem }
              smart: { relay: { host: smtp.example.net, srs: { domain: smart.example.com, secret: 0123456789abcdef } } }
            """);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(null, "to_do", "publish it: mail leaves with a sender in srs.example.com")]
    [InlineData("v=spf1 ip4:192.0.2.7 -all", "ok", null)]
    [InlineData("v=spf1 mx -all", "ok", null)]
    [InlineData("v=spf1 ip4:192.0.2.8 -all", "to_do", "it says fail for 192.0.2.7, from which mail leaves: add ip4:192.0.2.7")]
    [InlineData("v=spf1 ip4:192.0.2.300 -all", "to_do", "it says permerror (")]
    [InlineData("v=spf1 include:silent.example -all", "warning", "can't be looked up now: ")]
    public async Task The_domain_of_rewritten_senders_lets_our_addresses_send(string? record, string state, string? advice)
    {
        _zone.Failing("silent.example");
        if (record is not null)
            _zone.Txt("srs.example.com", record);
        Assert.Equal(state == "to_do" ? 1 : 0, await RunAsync("srs.example.com"));
        Assert.Equal("ok", Find("srs.example.com.", "MX").State);
        var found = Find("srs.example.com.", "TXT");
        Assert.Equal((state, $"\"{(state == "ok" ? record : "v=spf1 ip4:192.0.2.7 -all")}\""), (found.State, found.Value));
        if (advice is null)
            Assert.Null(found.Advice);
        else
            Assert.StartsWith(advice, found.Advice, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v=spf1 a:smtp.example.net -all", "ok")]
    [InlineData("v=spf1 include:spf.example.net -all", "warning")]
    [InlineData(null, "to_do")]
    public async Task Behind_a_smarthost_its_addresses_count(string? record, string state)
    {
        _zone.Txt("spf.example.net", "v=spf1 ip4:203.0.113.0/24 -all");
        if (record is not null)
            _zone.Txt("smart.example.com", record);
        Assert.Equal(state == "to_do" ? 1 : 0, await RunAsync("smart.example.com"));
        var found = Find("smart.example.com.", "TXT");
        Assert.Equal((state, "\"v=spf1 a:smtp.example.net -all\""), (found.State, found.Value));
    }

    [Fact]
    public async Task Without_an_address_of_ours_the_record_can_t_be_checked()
    {
        _zone.Remove("mx.example.com").Txt("srs.example.com", "v=spf1 ip4:192.0.2.7 -all");
        await RunAsync("srs.example.com");
        var found = Find("srs.example.com.", "TXT");
        Assert.Equal(
            ("warning", "\"v=spf1 a:mx.example.com -all\"", "can't be checked, because mx.example.com has no address"),
            (found.State, found.Value, found.Advice));
    }

    [Theory]
    [InlineData(null, "warning", "_dmarc.list.example.org.")]
    [InlineData("_dmarc.list.example.org", "ok", "_dmarc.list.example.org.")]
    [InlineData("_dmarc.example.org", "ok", "_dmarc.example.org.")]
    [InlineData("silent", "warning", "_dmarc.list.example.org.")]
    public async Task A_domain_that_signs_has_its_key_and_a_DMARC_record(string? published, string state, string name)
    {
        if (published == "silent")
            _zone.Failing("_dmarc.list.example.org");
        else if (published is not null)
            _zone.Txt(published, "v=DMARC1; p=reject");
        Assert.Equal(1, await RunAsync("list.example.org"));
        Assert.Equal(["s1._domainkey.list.example.org. to_do", $"{name} {state}"], Items().Select(item => $"{item.Name} {item.State}"));
        if (state == "warning")
        {
            Assert.Contains(
                published is null ? "forged mail can't fail DMARC" : "can't be looked up now", Items()[1].Advice, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_domain_that_only_seals_has_its_key_alone()
    {
        Assert.Equal(1, await RunAsync("seals.example.org"));
        Assert.Equal(["a1._domainkey.seals.example.org."], Items().Select(item => item.Name));
        _zone.Txt("a1._domainkey.seals.example.org", Items()[0].Value.Replace("\" \"", "", StringComparison.Ordinal).Trim('"'));
        Assert.Equal(0, await RunAsync("seals.example.org"));
    }

    [Fact]
    public async Task A_main_domain_names_the_others()
    {
        await RunAsync("example.com");
        using (var document = JsonDocument.Parse(_run.Out))
        {
            Assert.Equal(
                ["srs.example.com", "smart.example.com", "list.example.org", "seals.example.org"],
                document.RootElement.GetProperty("see_also").EnumerateArray().Select(name => name.GetString()));
        }
        await RunAsync("example.com", json: false);
        Assert.Contains("\n; see also: inboundbridge dns srs.example.com\n", _run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_domain_that_nothing_names_is_refused()
    {
        Assert.Equal(2, await RunAsync("elsewhere.example"));
        Assert.Contains("mail for elsewhere.example is not accepted here", _run.Error, StringComparison.Ordinal);
    }

    private Task<int> RunAsync(string domain, bool json = true)
    {
        var actions = HostCommands.Actions with
        {
            Resolver = (_, _) => _zone,
            Greet = (_, _) => new ValueTask<MailPortAnswer>(new MailPortAnswer("220 mx.example.com")),
        };
        string[] arguments = ["dns", domain, "--config", Path.Combine(_folder, "ib.yaml")];
        return _run.RunAsync(actions, json ? [.. arguments, "--json"] : arguments);
    }

    private (string Name, string Type, string Value, string State, string? Advice) Find(string name, string type) =>
        Assert.Single(Items(), item => item.Name == name && item.Type == type);

    private (string Name, string Type, string Value, string State, string? Advice)[] Items()
    {
        using var document = JsonDocument.Parse(_run.Out);
        return
        [
            .. document.RootElement.GetProperty("items").EnumerateArray().Select(item => (
                item.GetProperty("name").GetString()!, item.GetProperty("type").GetString()!, item.GetProperty("value").GetString()!,
                item.GetProperty("state").GetString()!, item.GetProperty("advice").GetString())),
        ];
    }
}
