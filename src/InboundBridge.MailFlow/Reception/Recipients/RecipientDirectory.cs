using System.Collections.Concurrent;

namespace InboundBridge.MailFlow.Reception.Recipients;

/// <summary>
/// All sources together: one that says yes is enough; no needs all of them. <c>postmaster</c> exists in every domain (RFC 5321 §4.5.1).
/// What callouts answered is kept for a while, and no longer than that; what nobody knew is not kept.
/// </summary>
/// <param name="callouts">Asked when <paramref name="listed"/> doesn't have the address; their answers are kept for <paramref name="keep"/>.</param>
public sealed class RecipientDirectory(AddressPatterns? listed, IReadOnlyList<IRecipientSource> callouts, TimeSpan keep, TimeProvider clock)
{
    /// <summary>Addresses remembered; strangers may ask for any number of them.</summary>
    private const int MostKept = 100_000;

    private readonly ConcurrentDictionary<string, (bool Exists, long At)> _kept = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<RecipientAnswer> AskAsync(string address, CancellationToken cancellationToken)
    {
        if (address.StartsWith("postmaster@", StringComparison.OrdinalIgnoreCase) || listed?.Contains(address) == true)
            return RecipientAnswer.Yes;
        if (callouts.Count == 0)
            return RecipientAnswer.No;
        // Not the wall clock: one that is set back would keep an answer for as long as it went.
        var now = clock.GetTimestamp();
        if (_kept.TryGetValue(address, out var kept) && clock.GetElapsedTime(kept.At, now) < keep)
            return kept.Exists ? RecipientAnswer.Yes : RecipientAnswer.No;
        var answer = await CallAsync(address, cancellationToken);
        if (answer.Exists != RecipientExists.Unknown && keep > TimeSpan.Zero)
            Keep(address, answer.Exists == RecipientExists.Yes, now);
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
            // Full of fresh answers: a stranger is guessing. Begin again rather than grow.
            if (_kept.Count >= MostKept)
                _kept.Clear();
        }
        _kept[address] = (exists, now);
    }
}
