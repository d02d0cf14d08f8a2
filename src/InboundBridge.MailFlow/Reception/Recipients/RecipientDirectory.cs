using System.Collections.Concurrent;
using InboundBridge.MailFlow.Spool.Contract.Sharing;

namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// Tells whether a recipient exists, from all configured sources: it exists if one source says so, and does not exist if all say so.
/// <c>postmaster</c> exists in every domain (RFC 5321 §4.5.1). Answers of callouts are cached for a limited time; an answer that is neither
/// yes nor no is not cached. Where several nodes share a spool, they share these answers, too.
/// </summary>
/// <param name="callouts">
/// Asked when <paramref name="listed"/> does not have the address; their answers are cached for <paramref name="keep"/>.
/// </param>
public sealed class RecipientDirectory(AddressPatterns? listed, IReadOnlyList<IRecipientSource> callouts, TimeSpan keep, TimeProvider clock)
{
    /// <summary>Addresses in the cache; bounded because a client may ask for any number of them.</summary>
    private const int MostKept = 100_000;

    private readonly ConcurrentDictionary<string, (bool Exists, long At)> _kept = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names the callouts: answers of others are not theirs.</summary>
    public string Scope { get; init; } = string.Empty;

    /// <summary>
    /// One of the callouts is on this machine: the same address is another service at each node, so nobody uses the answers of others.
    /// </summary>
    public bool IsLocal { get; init; }

    /// <summary>What other nodes have heard; null where there are none.</summary>
    public SharedAnswers? Shared
    {
        get;
        set => field = IsLocal ? null : value;
    }

    public async ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken)
    {
        if (address.StartsWith("postmaster@", StringComparison.OrdinalIgnoreCase) || listed?.Contains(address) == true)
            return RecipientAnswer.Yes;
        if (callouts.Count == 0)
            return RecipientAnswer.No;
        // A monotonic clock, because setting the wall clock back would prolong the life of every answer.
        var now = clock.GetTimestamp();
        if (_kept.TryGetValue(address, out var kept) && clock.GetElapsedTime(kept.At, now) < keep)
            return kept.Exists ? RecipientAnswer.Yes : RecipientAnswer.No;
        if (keep <= TimeSpan.Zero)
            return await CallAsync(address, cancellationToken);
        var question = Shared is null ? string.Empty : $"{Scope} {address.ToLowerInvariant()}";
        if (Shared is { } shared && await shared.FindAsync(question, cancellationToken) is { } heard)
        {
            // As old here as there, so that no answer is used for longer than is configured, whoever got it.
            var age = keep > heard.Left ? keep - heard.Left : TimeSpan.Zero;
            Keep(address, heard.IsYes, now - (long)(age.TotalSeconds * clock.TimestampFrequency));
            return heard.IsYes ? RecipientAnswer.Yes : RecipientAnswer.No;
        }
        var answer = await CallAsync(address, cancellationToken);
        if (answer.Exists == RecipientExists.Unknown)
            return answer;
        Keep(address, answer.Exists == RecipientExists.Yes, now);
        Shared?.Keep(question, new NodeAnswer(answer.Exists == RecipientExists.Yes, keep));
        return answer;
    }

    private async ValueTask<RecipientAnswer> CallAsync(string address, CancellationToken cancellationToken)
    {
        var answer = RecipientAnswer.No;
        foreach (var source in callouts)
        {
            var said = await source.AskAsync(address, cancellationToken);
            if (said.Exists == RecipientExists.Yes)
                return said;
            if (said.Exists == RecipientExists.Unknown)
                answer = said;
        }
        return answer;
    }

    private void Keep(string address, bool exists, long now)
    {
        if (_kept.Count >= MostKept)
        {
            foreach (var (old, entry) in _kept)
            {
                if (clock.GetElapsedTime(entry.At, now) >= keep)
                    _kept.TryRemove(old, out _);
            }
            // The cache is full of recent answers, so a client is guessing addresses. Start over instead of growing.
            if (_kept.Count >= MostKept)
                _kept.Clear();
        }
        _kept[address] = (exists, now);
    }
}
