using System.Net;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.MailFlow.Delivery.Webhook.Transport;
using InboundBridge.UnitTests.Smtp.Server;

namespace InboundBridge.UnitTests.MailFlow.Delivery.Webhook.Transport;

public sealed class CertificatePoolsTests : IDisposable
{
    private static readonly X509Certificate2 Old = TestCertificates.Make("CN=old");
    private static readonly X509Certificate2 New = TestCertificates.Make("CN=new");

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly List<Pool> _pools = [];
    private readonly WebhookConnections _connections;

    public CertificatePoolsTests() => _connections = new WebhookConnections(Create, _clock);

    public void Dispose() => _connections.Dispose();

    [Fact]
    public async Task Each_kind_of_connection_has_a_pool_of_its_own()
    {
        (bool Guarded, X509Certificate2? Certificate)[] kinds = [(false, null), (true, null), (false, Old), (true, Old), (false, New)];
        foreach (var (guarded, certificate) in kinds.Concat(kinds))
            await SendAsync(certificate, guarded);
        Assert.Equal(kinds, _pools.Select(pool => (pool.Guarded, pool.Certificate)));
        Assert.All(_pools, pool => Assert.Equal(2, pool.Requests));
    }

    [Fact]
    public async Task The_same_certificate_read_again_at_a_reload_keeps_its_pool()
    {
        await SendAsync(Old);
        using var again = X509CertificateLoader.LoadCertificate(Old.RawData);
        await SendAsync(again);
        Assert.Equal(2, Assert.Single(_pools).Requests);
    }

    [Fact]
    public async Task The_pool_of_a_replaced_certificate_is_disposed_when_it_is_unused()
    {
        await SendAsync(Old);
        for (var minute = 0; minute < 30; minute++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await SendAsync(New);
            Assert.Equal(minute >= 9, _pools[0].IsDisposed);
        }
        Assert.False(_pools[1].IsDisposed);
        Assert.Equal(2, _pools.Count);
    }

    [Fact]
    public async Task A_certificate_that_is_used_again_gets_a_new_pool()
    {
        for (var round = 0; round < 3; round++)
        {
            await SendAsync(Old);
            PassMinutes(11);
        }
        Assert.Equal([true, true, true], _pools.Select(pool => pool.IsDisposed));
    }

    [Fact]
    public async Task Pools_without_a_certificate_stay()
    {
        await SendAsync(null);
        await SendAsync(null, guarded: true);
        PassMinutes(60);
        Assert.All(_pools, pool => Assert.False(pool.IsDisposed));
    }

    [Fact]
    public async Task All_pools_are_disposed_with_the_connections()
    {
        await SendAsync(null);
        await SendAsync(Old);
        _connections.Dispose();
        Assert.Equal([true, true], _pools.Select(pool => pool.IsDisposed));
    }

    private void PassMinutes(int minutes)
    {
        for (; minutes > 0; minutes--)
            _clock.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task SendAsync(X509Certificate2? certificate, bool guarded = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "https://app.example.com/");
        using var response = await _connections.SendAsync(request, guarded, new ReceiverTls(certificate, null),
            TestContext.Current.CancellationToken);
    }

    private Pool Create(bool guarded, ReceiverTls tls)
    {
        _pools.Add(new Pool(guarded, tls.Certificate));
        return _pools[^1];
    }

    private sealed class Pool(bool guarded, X509Certificate2? certificate) : HttpMessageHandler
    {
        public bool Guarded => guarded;

        public X509Certificate2? Certificate => certificate;

        public int Requests { get; private set; }

        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            Requests++;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
