namespace InboundBridge.MailFlow.Spool.Contract.Notes;

/// <summary>Something that is not mail and outlives a restart: a policy of another domain, results for a report.</summary>
/// <param name="Kind">Which part of the product keeps it. Kinds are a fixed few.</param>
/// <param name="Key">Unique within the kind.</param>
/// <param name="Value">At most <see cref="LargestValue"/> octets.</param>
/// <param name="Expires">From then on the note means nothing, and the store may delete it.</param>
public sealed record SpoolNote(string Kind, string Key, ReadOnlyMemory<byte> Value, DateTimeOffset Expires)
{
    /// <summary>Octets of a value. The largest notes are policies of 64 KB (RFC 8461 §3.3); our choice leaves room for reports.</summary>
    public const int LargestValue = 256 * 1024;
}
