using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Renewal;

namespace InboundBridge.UnitTests.Host.Acme.Renewal;

public sealed class RenewalTimeTests
{
    private static readonly DateTimeOffset From = FakeTime.Start;

    [Fact]
    public void Without_advice_it_is_shortly_before_two_thirds_and_does_not_move()
    {
        using var certificate = Certificate();
        var times = Enumerable.Range(0, 30).Select(seed => new RenewalTime(new Random(seed)).For(certificate, null)).ToList();
        Assert.All(times, time => Assert.InRange(time, From.AddDays(55.5), From.AddDays(60)));
        Assert.True(times.Distinct().Count() > 20);
        var one = new RenewalTime(new Random(1));
        Assert.Equal(one.For(certificate, null), one.For(certificate, null));
    }

    [Fact]
    public void It_is_within_the_authoritys_window_and_drawn_anew_for_another_one()
    {
        using var certificate = Certificate();
        var time = new RenewalTime(new Random(1));
        var window = new RenewalWindow(From.AddDays(10), From.AddDays(12), null);
        var drawn = time.For(certificate, window);
        Assert.InRange(drawn, window.Start, window.End);
        Assert.Equal(drawn, time.For(certificate, window with { AskAgain = TimeSpan.FromHours(1) }));
        var revoked = new RenewalWindow(From.AddDays(-2), From.AddDays(-1), null);
        Assert.InRange(time.For(certificate, revoked), revoked.Start, revoked.End);
    }

    [Fact]
    public void No_window_lets_the_certificate_expire()
    {
        using var certificate = Certificate();
        var window = new RenewalWindow(From.AddYears(5), From.AddYears(6), null);
        Assert.Equal(From.AddDays(81), new RenewalTime(new Random(1)).For(certificate, window));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSelfSigned(From, From.AddDays(90));
    }
}
