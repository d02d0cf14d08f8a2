using System.Globalization;
using System.Text;
using InboundBridge.MailFlow.Spool.Contract.Notes;

namespace InboundBridge.MailFlow.TransportSecurity.MtaSts;

/// <summary>A policy that was fetched, as it is kept in memory and in the spool.</summary>
/// <param name="Id">Of the TXT record that announced it.</param>
internal sealed record KnownPolicy(string Id, DateTimeOffset Fetched, MtaStsPolicy Policy)
{
    private const string Kind = "mta-sts";

    /// <summary>Our choice: a policy that the domain changed without a new id is noticed within a day.</summary>
    private static readonly TimeSpan LongestUnchecked = TimeSpan.FromDays(1);

    public DateTimeOffset Expires => Fetched + Policy.MaxAge;

    /// <summary>
    /// From when on the policy is fetched again although its id is the same, so that it does not expire while an attacker suppresses the
    /// record (RFC 8461 §3.3, §10.2).
    /// </summary>
    public DateTimeOffset Stale => Fetched + (Policy.MaxAge / 2 < LongestUnchecked ? Policy.MaxAge / 2 : LongestUnchecked);

    public static async ValueTask<KnownPolicy?> FindAsync(ISpoolNotes notes, string key, CancellationToken cancellationToken) =>
        await notes.FindNoteAsync(Kind, key, cancellationToken) is { } note ? Read(note.Value.Span) : null;

    public ValueTask KeepAsync(ISpoolNotes notes, string key, CancellationToken cancellationToken) =>
        notes.KeepNotesAsync([new SpoolNote(Kind, key, Write(), Expires)], cancellationToken);

    /// <summary>Two lines with id and time, then the lines of the policy.</summary>
    private byte[] Write() => Encoding.UTF8.GetBytes(string.Join(
        '\n', [Id, Fetched.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), .. Policy.Lines]));

    /// <summary>Null for a note that another version wrote in another form: the policy is fetched again.</summary>
    private static KnownPolicy? Read(ReadOnlySpan<byte> value)
    {
        var first = value.IndexOf((byte)'\n');
        var second = first < 0 ? -1 : value[(first + 1)..].IndexOf((byte)'\n');
        if (second < 0)
            return null;
        var id = Encoding.UTF8.GetString(value[..first]);
        return long.TryParse(value.Slice(first + 1, second), NumberStyles.None, CultureInfo.InvariantCulture, out var fetched)
            && MtaStsPolicyReader.TryRead(value[(first + second + 2)..], out var policy, out _)
            ? new KnownPolicy(id, DateTimeOffset.FromUnixTimeMilliseconds(fetched), policy!)
            : null;
    }
}
