using System.Security.Cryptography.X509Certificates;
using InboundBridge.Acme.Issuing;
using InboundBridge.Acme.Protocol;

namespace InboundBridge.Acme.Renewal;

/// <summary>
/// Asks the authority now and then when it wants the certificate renewed (RFC 9773 §4.3). Without an answer the usual time holds.
/// </summary>
internal sealed class RenewalAdvice(TimeProvider clock, Random random, AcmeLog log)
{
    /// <summary>RFC 9773 §4.3 leaves it to the answer's Retry-After; authorities say six hours.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromHours(6);

    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly RenewalTime _time = new(random);
    private RenewalWindow? _window;
    private string? _of;
    private DateTimeOffset _askAt;

    /// <summary>The time until the next question.</summary>
    public TimeSpan AskAgainIn => clock.GetUtcNow() is var now && _askAt > now ? _askAt - now : TimeSpan.Zero;

    /// <param name="open">Opens a session at the authority.</param>
    /// <returns>When to renew.</returns>
    public async Task<DateTimeOffset> DueAsync(
        X509Certificate2 certificate, Func<Task<AcmeClient>> open, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (_of != certificate.Thumbprint)
            (_of, _window, _askAt) = (certificate.Thumbprint, null, now);
        // Further away, it was set by a clock that ran ahead.
        if (_askAt <= now || _askAt - now > Longest)
        {
            _askAt = now + Usual;
            try
            {
                _window = await (await open()).RenewalWindowAsync(certificate, cancellationToken);
                var wait = _window?.AskAgain ?? Usual;
                _askAt = now + (wait < Shortest ? Shortest : wait > Longest ? Longest : wait);
            }
            catch (AcmeException fault)
            {
                log.NoWindow(fault.Message);
            }
        }
        return _time.For(certificate, _window);
    }
}
