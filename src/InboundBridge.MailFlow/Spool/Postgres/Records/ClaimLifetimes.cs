using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Postgres.Records;

/// <summary>Lifetimes of claims in milliseconds of the database's clock.</summary>
internal static class ClaimLifetimes
{
    /// <summary>A hundred years, for terms without an end: tests and tools.</summary>
    private const long Forever = 100L * 365 * 24 * 60 * 60 * 1000;

    public static long Of(ClaimTerms terms) => terms.IsForever ? Forever : (long)terms.Lifetime.TotalMilliseconds;
}
