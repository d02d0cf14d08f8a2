using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.MtaSts;

/// <summary>Fetches from a server in memory that speaks TLS and one HTTP answer.</summary>
public sealed class MtaStsHttpsTests
{
    private const string Policy = "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n";

    private readonly CertificateShop _shop = new();
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone = new ZoneResolver().Address("mta-sts.example.com", "192.0.2.1");
    private readonly List<string> _requests = [];
    private readonly List<string> _dialled = [];

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/plain; charset=utf-8")]
    public async Task A_policy_is_fetched_from_the_domains_own_host(string type)
    {
        var fetched = await FetchAsync(Answer("200 OK", type, Policy));
        Assert.Equal(["mail.example.com"], fetched.Policy!.Hosts);
        Assert.Equal(["GET /.well-known/mta-sts.txt HTTP/1.1 mta-sts.example.com"], _requests);
        Assert.Equal(["192.0.2.1:443"], _dialled);
    }

    [Theory]
    [InlineData("404 Not Found", "text/plain", "answered 404")]
    [InlineData("301 Moved\r\nLocation: https://mta-sts.example.com/other", "text/plain", "answered 301")]
    [InlineData("200 OK", "text/html", "not text/plain")]
    public async Task Other_answers_are_no_policy(string status, string type, string detail)
    {
        var fetched = await FetchAsync(Answer(status, type, Policy));
        Assert.Equal((null, TlsFailure.StsPolicyFetchError), (fetched.Policy, fetched.Failure));
        Assert.Contains(detail, fetched.Detail, StringComparison.Ordinal);
        Assert.Single(_requests);
    }

    [Fact]
    public async Task A_policy_without_end_is_not_read_to_its_end()
    {
        var fetched = await FetchAsync(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + Policy + "x: " + new string('y', 2 * MtaStsPolicyReader.LargestPolicy));
        Assert.Equal((null, TlsFailure.StsPolicyInvalid), (fetched.Policy, fetched.Failure));
        Assert.Contains("64 KB", fetched.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other.example.com", 5, true)]
    [InlineData("mta-sts.example.com", -1, true)]
    [InlineData("mta-sts.example.com", 5, false)]
    public async Task The_certificate_must_be_valid(string name, int days, bool isTrusted)
    {
        var fetched = await FetchAsync(Answer("200 OK", "text/plain", Policy), name, days, isTrusted);
        Assert.Equal((null, TlsFailure.StsWebpkiInvalid), (fetched.Policy, fetched.Failure));
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task A_private_address_is_not_connected_to()
    {
        var fetched = await FetchAsync(Answer("200 OK", "text/plain", Policy), isPrivate: true);
        Assert.Equal((null, TlsFailure.StsPolicyFetchError), (fetched.Policy, fetched.Failure));
        Assert.Contains("private address", fetched.Detail, StringComparison.Ordinal);
        Assert.Empty(_dialled);
    }

    [Theory]
    [InlineData("exa mple.com")]
    [InlineData("example.com/../..")]
    [InlineData("user@example.com")]
    [InlineData("example.com:8443")]
    public async Task A_domain_that_would_change_the_url_is_refused(string domain)
    {
        using var https = Https(string.Empty);
        var fetched = await https.FetchAsync(domain, TestContext.Current.CancellationToken);
        Assert.Equal((null, TlsFailure.StsPolicyFetchError), (fetched.Policy, fetched.Failure));
        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_a_minute()
    {
        using var https = Https("silence");
        var fetching = https.FetchAsync("example.com", TestContext.Current.CancellationToken).AsTask();
        await _clock.AdvanceUntilAsync(fetching, TestContext.Current.CancellationToken);
        Assert.Contains("within 60 s", (await fetching).Detail, StringComparison.Ordinal);
    }

    private static string Answer(string status, string type, string body) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}";

    private async Task<MtaStsFetched> FetchAsync(
        string answer, string name = "mta-sts.example.com", int days = 5, bool isTrusted = true, bool isPrivate = false)
    {
        using var https = Https(answer, name, days, isTrusted, isPrivate);
        return await https.FetchAsync("example.com", TestContext.Current.CancellationToken);
    }

    private MtaStsHttps Https(
        string answer, string name = "mta-sts.example.com", int days = 5, bool isTrusted = true, bool isPrivate = false) => new(
        new PolicyHttpsOptions
        {
            TrustedRoots = isTrusted ? _shop.Roots : null,
            MayConnect = _ => !isPrivate,
            Dial = (address, cancellationToken) =>
            {
                _dialled.Add(address.ToString());
                var connection = new MemoryConnection();
                _ = ServeAsync(connection.Server, answer, name, days);
                return new ValueTask<Stream>(connection.Client);
            },
        },
        _zone,
        _clock);

    private async Task ServeAsync(Stream stream, string answer, string name, int days)
    {
        try
        {
            await using var tls = new SslStream(stream);
            var context = SslStreamCertificateContext.Create(_shop.For(name, days), [_shop.Authority], offline: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context });
            using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
            // A client that refuses the certificate may end the handshake first, and then say nothing.
            if (await reader.ReadLineAsync() is not { } first)
                return;
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
            {
                if (line.StartsWith("Host: ", StringComparison.OrdinalIgnoreCase))
                    first += " " + line[6..];
            }
            lock (_requests)
                _requests.Add(first);
            if (answer == "silence")
                await reader.ReadToEndAsync();
            await tls.WriteAsync(Encoding.ASCII.GetBytes(answer));
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            // The client refused the certificate, or has read enough.
        }
    }
}
