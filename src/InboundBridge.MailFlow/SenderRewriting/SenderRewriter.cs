using InboundBridge.MailFlow.Domains;

namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>
/// Rewrites the senders of forwarded mail (SRS, the Sender Rewriting Scheme; docs/relay.md). SPF lets only the sender's own servers use its
/// domain, so that a forwarder has to use its own. The new address holds the old one, the day and a proof, as libsrs2 writes them.
/// </summary>
public sealed class SenderRewriter
{
    /// <summary>RFC 5321 §4.5.3.1.3 allows 256 octets for a path, with its angle brackets.</summary>
    private const int LongestMailbox = 254;

    private readonly SrsOptions _options;
    private readonly LocalDomains _own;
    private readonly TimeProvider _clock;

    public SenderRewriter(SrsOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        // With "*" we take mail for every domain, which does not make every sender one of ours.
        _own = new LocalDomains([.. options.OwnDomains.Where(domain => domain != "*")]);
    }

    /// <summary>
    /// The sender to use, or null where the mail keeps its own: a sender of ours, or one whose address would become longer than SMTP
    /// allows.
    /// </summary>
    public SrsMailbox? Rewrite(SrsMailbox sender)
    {
        if (sender.Domain.Length == 0 || IsOurs(sender.Domain))
            return null;
        var rewritten = new SrsMailbox(LocalPart(sender), _options.Domain);
        return System.Text.Encoding.UTF8.GetByteCount(rewritten.Local) + 1 + rewritten.Domain.Length <= LongestMailbox ? rewritten : null;
    }

    private bool IsOurs(string domain) =>
        domain.Equals(_options.Domain, StringComparison.OrdinalIgnoreCase) || _own.Contains(domain);

    private string LocalPart(SrsMailbox sender)
    {
        var (secret, local) = (_options.Secrets[0], sender.Local);
        if (SrsTag.Begins(local, SrsTag.Srs1)
            && local[(SrsTag.Length + 1)..].Split('=', 3) is [_, { Length: > 0 } first, { Length: > 0 } rest])
            return Srs1(secret, first, rest);
        // The separator stays, because the server that made the address may have used another one than ours.
        if (SrsTag.Begins(local, SrsTag.Srs0))
            return Srs1(secret, sender.Domain, local[SrsTag.Length..]);
        var stamp = SrsTimestamp.Of(_clock.GetUtcNow());
        return $"{SrsTag.Srs0}{SrsTag.Separator}{SrsHash.Make(secret, stamp, sender.Domain, local)}={stamp}={sender.Domain}={local}";
    }

    /// <param name="first">The domain of the server that rewrote first.</param>
    /// <param name="rest">What stands behind the tag in that server's address, from its separator on.</param>
    private static string Srs1(string secret, string first, string rest) =>
        $"{SrsTag.Srs1}{SrsTag.Separator}{SrsHash.Make(secret, first, rest)}={first}={rest}";
}
