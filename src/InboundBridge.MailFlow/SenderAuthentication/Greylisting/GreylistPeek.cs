using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.SenderAuthentication.Greylisting;

/// <summary>Judges by what is remembered. <see cref="Greylist"/> judges in the same way, and remembers.</summary>
public static class GreylistPeek
{
    /// <param name="entries">What is remembered under the keys of <paramref name="sight"/>, in any order.</param>
    public static GreylistAnswer Judge(
        IReadOnlyList<GreylistEntry> entries, GreylistSight sight, GreylistTerms terms, DateTimeOffset now)
    {
        GreylistEntry Valid(UInt128 key) => entries.FirstOrDefault(entry => entry.Key == key && entry.Expires > now);
        if (Valid(sight.Client).Passes >= terms.ClientPasses || Valid(sight.Pair).Passes > 0)
            return GreylistAnswer.Pass;
        var triplet = Valid(sight.Triplet);
        if (triplet == default)
            return new GreylistAnswer(terms.Delay);
        var wait = triplet.FirstSeen + terms.Delay - now;
        return wait > TimeSpan.Zero ? new GreylistAnswer(wait) : GreylistAnswer.Pass;
    }
}
