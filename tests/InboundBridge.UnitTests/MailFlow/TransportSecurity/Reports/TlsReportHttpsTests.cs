using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using InboundBridge.MailFlow.TransportSecurity;
using InboundBridge.MailFlow.TransportSecurity.Reports;
using InboundBridge.UnitTests.MailFlow.Dns;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.TransportSecurity.Reports;

/// <summary>Posts to a server in memory that speaks TLS and one HTTP answer.</summary>
public sealed class TlsReportHttpsTests
{
    private static readonly Uri Receiver = new("https://report.one.test/tls?x=1");

    private readonly CertificateShop _shop = new();
    private readonly FakeTimeProvider _clock = new(FakeTime.Start);
    private readonly ZoneResolver _zone = new ZoneResolver().Address("report.one.test", "192.0.2.1");
    private readonly List<string> _dialled = [];
    private readonly List<string> _requests = [];

    [Theory]
    [InlineData("200 OK")]
    [InlineData("201 Created")]
    [InlineData("204 No Content")]
    public async Task A_report_is_posted_packed(string status)
    {
        Assert.Null(await PostAsync(status));
        var request = Assert.Single(_requests);
        Assert.StartsWith("POST /tls?x=1 HTTP/1.1\n", request, StringComparison.Ordinal);
        Assert.Contains("\nHost: report.one.test\n", request, StringComparison.Ordinal);
        Assert.Contains("\nContent-Type: application/tlsrpt+gzip\n", request, StringComparison.Ordinal);
        Assert.EndsWith("\npacked", request, StringComparison.Ordinal);
        Assert.Equal(["192.0.2.1:443"], _dialled);
    }

    [Theory]
    [InlineData("500 Internal Server Error", "it answered 500")]
    [InlineData("404 Not Found", "it answered 404")]
    [InlineData("307 Temporary Redirect\r\nLocation: https://report.one.test/other", "it answered 307")]
    public async Task Another_answer_is_a_failure_and_nothing_is_followed(string status, string problem)
    {
        Assert.Equal(problem, await PostAsync(status));
        Assert.Single(_requests);
    }

    [Theory]
    [InlineData("other.one.test", 5, true)]
    [InlineData("report.one.test", -1, true)]
    [InlineData("report.one.test", 5, false)]
    public async Task The_certificate_must_be_valid(string name, int days, bool isTrusted)
    {
        Assert.NotNull(await PostAsync("200 OK", name, days, isTrusted));
        Assert.Empty(_requests);
    }

    [Fact]
    public async Task A_private_address_is_not_connected_to()
    {
        Assert.Contains("private address", await PostAsync("200 OK", isPrivate: true), StringComparison.Ordinal);
        Assert.Empty(_dialled);
    }

    [Fact]
    public async Task A_name_without_an_address_is_a_failure()
    {
        _zone.Remove("report.one.test");
        Assert.Contains("no address", await PostAsync("200 OK"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_a_minute()
    {
        var posting = PostAsync("silence");
        await _clock.AdvanceUntilAsync(posting, TestContext.Current.CancellationToken);
        Assert.Equal("it did not answer in time", await posting);
    }

    private async Task<string?> PostAsync(
        string status, string name = "report.one.test", int days = 5, bool isTrusted = true, bool isPrivate = false)
    {
        var options = new PolicyHttpsOptions
        {
            TrustedRoots = isTrusted ? _shop.Roots : null,
            MayConnect = _ => !isPrivate,
            Dial = (address, cancellationToken) =>
            {
                _dialled.Add(address.ToString());
                var connection = new MemoryConnection();
                _ = ServeAsync(connection.Server, status, name, days);
                return new ValueTask<Stream>(connection.Client);
            },
        };
        using var https = new TlsReportHttps(options, _zone, _clock);
        return await https.PostAsync(Receiver, "packed"u8.ToArray(), TestContext.Current.CancellationToken);
    }

    private async Task ServeAsync(Stream stream, string status, string name, int days)
    {
        try
        {
            await using var tls = new SslStream(stream);
            var context = SslStreamCertificateContext.Create(_shop.For(name, days), [_shop.Authority], offline: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context });
            using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
            var request = new StringBuilder();
            // A client that refuses the certificate may end the handshake first, and then say nothing.
            while (await reader.ReadLineAsync() is { Length: > 0 } line)
                request.Append(line).Append('\n');
            if (request.Length == 0)
                return;
            var body = new char["packed".Length];
            await reader.ReadBlockAsync(body);
            _requests.Add($"{request}\n{new string(body)}");
            if (status == "silence")
                await reader.ReadToEndAsync();
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        }
        catch (Exception fault) when (fault is IOException or AuthenticationException)
        {
            // The client refused the certificate, or has read enough.
        }
    }
}
