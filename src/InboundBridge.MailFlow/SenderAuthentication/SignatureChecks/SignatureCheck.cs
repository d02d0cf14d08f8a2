using InboundBridge.MailFlow.SenderAuthentication.Arc;
using InboundBridge.MailFlow.SenderAuthentication.Dkim;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Bodies;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;
using InboundBridge.MailFlow.Verdicts;

namespace InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>
/// Checks the DKIM signatures and the ARC chain of one mail while it streams. <see cref="Take"/> gets all its octets as they came. When the
/// header is complete, the look-ups of all keys may begin. The body is hashed as it passes and not kept, so <see cref="CompleteAsync"/> has
/// only the arithmetic of the signatures left to do. Not safe for concurrent use.
/// </summary>
public sealed class SignatureCheck : IDisposable
{
    private readonly SignatureVerifier _verifier;
    private readonly KeyLookUps _keys;
    private readonly HeaderCollector _collector;
    private KeyShares? _shares;
    private HeaderFields? _header;
    private BodyHashes? _bodies;
    private DkimCheck? _dkim;
    private ArcCheck? _arc;

    internal SignatureCheck(SignatureVerifier verifier, CancellationToken lookUps)
    {
        (_verifier, _keys) = (verifier, new KeyLookUps(lookUps));
        _collector = new HeaderCollector(verifier.Options);
    }

    /// <param name="octets">The next ones, cut anywhere. They are not kept, except those of the header.</param>
    public void Take(ReadOnlySpan<byte> octets)
    {
        if (!_collector.IsComplete)
        {
            octets = octets[_collector.Take(octets)..];
            if (_collector.IsComplete)
                Begin();
        }
        _bodies?.Take(octets);
    }

    /// <summary>
    /// Says where keys are looked up. The look-ups begin when the header is complete. The first call counts; it comes before
    /// <see cref="CompleteAsync"/>.
    /// </summary>
    internal void LookUp(KeyShares shares)
    {
        if (_shares is not null)
            return;
        _shares = shares;
        if (_header is not null)
            _keys.Begin(shares);
    }

    /// <summary>After the last octet. Waits for the keys.</summary>
    /// <param name="author">The domain of From, canonical, for what ARC says about it; null when From has none or several.</param>
    public async ValueTask<SignatureVerdicts> CompleteAsync(string? author, CancellationToken cancellationToken)
    {
        if (!_collector.IsComplete)
        {
            _collector.End();
            Begin();
        }
        if (_collector.IsTooLong)
            return TooLong();
        if (_header is null)
            return SignatureVerdicts.None;
        _bodies!.Complete();
        using var digests = new HeaderDigest();
        var dkim = _dkim is null ? [] : await _dkim.CompleteAsync(_header, digests, cancellationToken);
        var arc = _arc is null ? ArcVerdict.NotAsked : await _arc.CompleteAsync(_header, digests, author, cancellationToken);
        return new SignatureVerdicts(dkim, arc);
    }

    public void Dispose()
    {
        _header?.Dispose();
        _bodies?.Dispose();
        _collector.Dispose();
    }

    /// <summary>The header is complete.</summary>
    private void Begin()
    {
        if (_collector.IsTooLong || !(_collector.HasDkim || _collector.HasArc))
            return;
        _header = new HeaderFields(_collector.Octets);
        _bodies = new BodyHashes();
        var now = _verifier.Clock.GetUtcNow();
        if (_collector.HasDkim)
            _dkim = DkimCheck.Begin(_verifier.Options, _verifier.Judgement, _header, _keys, _bodies, now);
        if (_collector.HasArc)
            _arc = ArcCheck.Begin(_verifier.Options, _verifier.TrustedSealers, _verifier.Judgement, _header, _keys, _bodies, now);
        if (_shares is not null)
            _keys.Begin(_shares);
    }

    /// <summary>
    /// Nothing was kept of the header, so nobody knows whether there is a signature in it. The mail itself is not refused for it.
    /// </summary>
    private SignatureVerdicts TooLong()
    {
        var reason = $"the header is longer than {_verifier.Options.HeaderSize} octets; not checked";
        return new SignatureVerdicts(
            _verifier.Options.Dkim ? [new DkimVerdict(CheckResult.Policy) { Reason = reason }] : [],
            _verifier.Options.Arc ? ArcVerdict.NotAsked with { Reason = reason } : ArcVerdict.NotAsked);
    }
}
