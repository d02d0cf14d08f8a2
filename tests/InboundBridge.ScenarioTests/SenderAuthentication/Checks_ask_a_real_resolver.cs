using System.Net;
using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Budget;
using InboundBridge.MailFlow.SenderAuthentication.DnsLists;
using InboundBridge.MailFlow.SenderAuthentication.Iprev;
using InboundBridge.MailFlow.SenderAuthentication.Spf;
using InboundBridge.MailFlow.Verdicts;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SenderAuthentication;

/// <summary>
/// SPF, the client's name and DNS lists through our resolver and Unbound, with answers that fail, are silent, or are large.
/// </summary>
public sealed class Checks_ask_a_real_resolver : IDisposable
{
    private const string Client = "192.0.2.1";

    /// <summary>As much as fits: with its head, a message has at most 65,535 octets.</summary>
    private const int LongestText = 250 * 255;

    private readonly PeerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_check_says_what_the_zones_say()
    {
        await using var unbound = await Unbound.StartAsync(_folder, Zones());
        var dns = Mail(unbound);
        Assert.Equal(
            "pass include:_spf.example.net, fail -all (192.0.2.9 may not send for example.net), temperror, temperror, none, pass ip4:192.0.2.1",
            string.Join(", ", [
                await SpfAsync(dns, "example.net"), await SpfAsync(dns, "example.net", "192.0.2.9"), await SpfAsync(dns, "broken.example"),
                await SpfAsync(dns, "silent.example"), await SpfAsync(dns, "nothing.example.net"),
                await SpfAsync(dns, "large.example.net")]));
        Assert.Equal(new IprevVerdict(CheckResult.Pass, "mail.example.net"), await IprevAsync(dns, Client));
        Assert.Equal(new IprevVerdict(CheckResult.PermError), await IprevAsync(dns, "192.0.2.9"));
        Assert.Equal(new IprevVerdict(CheckResult.TempError), await IprevAsync(dns, "198.51.100.1"));
        DnsListOptions[] lists =
            [new() { Zone = "list.example.net" }, new() { Zone = "refuses.example.net" }, new() { Zone = "silent.example" }];
        var answers = await new DnsListCheck(lists, TimeProvider.System).CheckAsync(
            dns, IPAddress.Parse(Client), TestContext.Current.CancellationToken);
        Assert.Equal([new DnsblListing("list.example.net", "127.0.0.2")], answers.Listings);
        Assert.Equal(["refuses.example.net", "silent.example"], answers.Problems.Select(problem => problem.Zone));
    }

    /// <summary>The answer does not fit into a datagram of 1,232 octets, so Unbound truncates it and gives the rest over TCP.</summary>
    [Fact]
    public async Task A_text_of_nearly_64_KB_arrives_whole()
    {
        await using var unbound = await Unbound.StartAsync(_folder, Zones());
        var answer = await Mail(unbound).LookUpAsync("huge.example.net", DnsRecordType.Txt, TestContext.Current.CancellationToken);
        Assert.Equal((DnsStatus.Success, LongestText), (answer.Status, answer.Texts.Sum(text => text.Length)));
    }

    [Fact]
    public async Task Many_questions_at_the_same_time_are_all_answered()
    {
        await using var unbound = await Unbound.StartAsync(_folder, Zones());
        var resolver = Resolver(unbound);
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(number =>
            resolver.LookUpAsync($"n{number}.many.example.net", DnsRecordType.A, TestContext.Current.CancellationToken).AsTask()));
        Assert.All(answers, answer => Assert.Equal("192.0.2.77", Assert.Single(answer.Addresses).ToString()));
    }

    private static string Zones() => $$"""
          local-zone: "example.net." static
          local-data: 'example.net. TXT "v=spf1 include:_spf.example.net -all" " exp=exp.example.net"'
          local-data: '_spf.example.net. TXT "v=spf1 a:mail.example.net ~all"'
          local-data: 'exp.example.net. TXT "%{i} may not send for %{d}"'
          local-data: 'mail.example.net. A {{Client}}'
          local-data: 'large.example.net. TXT {{Text("v=spf1 x=", 4000, " ip4:192.0.2.1 -all")}}'
          local-data: 'huge.example.net. TXT {{Text("", LongestText, "")}}'
          local-data: '1.2.0.192.list.example.net. A 127.0.0.2'
          local-data: '1.2.0.192.refuses.example.net. A 127.255.255.254'
          local-zone: "many.example.net." redirect
          local-data: 'many.example.net. A 192.0.2.77'
          local-zone: "2.0.192.in-addr.arpa." static
          local-data: '1.2.0.192.in-addr.arpa. PTR Mail.example.net.'
          local-zone: "silent.example." deny
          local-zone: "100.51.198.in-addr.arpa." deny
        forward-zone:
          name: "broken.example."
          # Unbound asks no server on its own host unless told to: it fails.
          forward-addr: 127.0.0.1
        """;

    /// <summary>Quoted strings of 255 octets.</summary>
    private static string Text(string start, int length, string end)
    {
        var text = start + new string('x', length - start.Length - end.Length) + end;
        return string.Join(' ', text.Chunk(255).Select(piece => $"\"{new string(piece)}\""));
    }

    private static DnsResolver Resolver(Unbound unbound) =>
        new(new DnsResolverOptions { Servers = [unbound.Address], Timeout = TimeSpan.FromSeconds(2) }, TimeProvider.System);

    private static MailDnsBudget Mail(Unbound unbound) =>
        new(Resolver(unbound), new MailDnsOptions { Time = TimeSpan.FromSeconds(60) }, TimeProvider.System);

    private static async Task<string> SpfAsync(IDnsResolver dns, string domain, string client = Client)
    {
        var verdict = await new SpfCheck(new SpfOptions(), TimeProvider.System).CheckAsync(
            dns, new SpfRequest(IPAddress.Parse(client), "mail.example.net", $"u@{domain}"), TestContext.Current.CancellationToken);
        var explanation = verdict.Explanation is null ? null : $"({verdict.Explanation})";
        return string.Join(' ', new[] { verdict.Result.Word(), verdict.Mechanism, explanation }.OfType<string>());
    }

    private static async Task<IprevVerdict> IprevAsync(IDnsResolver dns, string client) =>
        await new IprevCheck(new IprevOptions()).CheckAsync(dns, IPAddress.Parse(client), TestContext.Current.CancellationToken);
}
