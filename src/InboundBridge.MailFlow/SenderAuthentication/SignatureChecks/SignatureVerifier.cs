using InboundBridge.MailFlow.Dns;
using InboundBridge.MailFlow.SenderAuthentication.Arc;
using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Keys;

namespace InboundBridge.MailFlow.SenderAuthentication.SignatureChecks;

/// <summary>Begins the checks of signatures. Keeps the parsed keys of all mails. Safe for concurrent use.</summary>
public sealed class SignatureVerifier
{
    public SignatureVerifier(SignatureOptions options, TimeProvider clock)
    {
        Options = options;
        Clock = clock;
        Keys = new KeyCache(options.CachedKeys);
        Judgement = new KeyJudgement(options, Keys);
        TrustedSealers = new TrustedSealers(options.TrustedSealers);
    }

    internal SignatureOptions Options { get; }

    internal TimeProvider Clock { get; }

    internal KeyCache Keys { get; }

    internal KeyJudgement Judgement { get; }

    internal TrustedSealers TrustedSealers { get; }

    /// <summary>For one mail.</summary>
    /// <param name="resolver">Answers the look-ups of keys; the mail's budget of queries and time is the resolver's affair.</param>
    /// <param name="cancellationToken">Ends the look-ups when the mail is given up.</param>
    public SignatureCheck Begin(IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var check = new SignatureCheck(this, cancellationToken);
        check.LookUp(KeyShares.Of(resolver));
        return check;
    }

    /// <summary>The same, but the look-ups wait for <see cref="SignatureCheck.LookUp"/>.</summary>
    internal SignatureCheck BeginWithoutLookUps(CancellationToken cancellationToken) => new(this, cancellationToken);
}
