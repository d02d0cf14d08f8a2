namespace InboundBridge.MailFlow.SenderRewriting;

/// <summary>Reads the addresses that <see cref="SenderRewriter"/> made, when a bounce comes back to one.</summary>
public static class SrsReader
{
    private static readonly SrsReading NotRewritten = new SrsReading.NotRewritten();
    private static readonly SrsReading Expired = new SrsReading.Expired();
    private static readonly SrsReading Forged = new SrsReading.Forged();

    public static bool IsRewritten(string local) => SrsTag.Begins(local, SrsTag.Srs0) || SrsTag.Begins(local, SrsTag.Srs1);

    /// <param name="local">Without quotes.</param>
    public static SrsReading Read(string local, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (!IsRewritten(local))
            return NotRewritten;
        var parts = local[(SrsTag.Length + 1)..];
        return SrsTag.Begins(local, SrsTag.Srs0) ? Srs0(parts.Split('=', 4), secrets, now) : Srs1(parts.Split('=', 3), secrets);
    }

    private static SrsReading Srs0(string[] parts, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        // The proof comes first: somebody who guesses must not learn which days would do.
        if (parts is not [var hash, var stamp, { Length: > 0 } domain, { Length: > 0 } local]
            || !SrsHash.Check(secrets, hash, stamp, domain, local))
            return Forged;
        return SrsTimestamp.IsRecent(stamp, now) ? new SrsReading.Ours(new SrsMailbox(local, domain)) : Expired;
    }

    private static SrsReading Srs1(string[] parts, IReadOnlyList<string> secrets) =>
        parts is [var hash, { Length: > 0 } domain, { Length: > 0 } rest] && SrsHash.Check(secrets, hash, domain, rest)
            ? new SrsReading.Ours(new SrsMailbox(SrsTag.Srs0 + rest, domain))
            : Forged;
}
