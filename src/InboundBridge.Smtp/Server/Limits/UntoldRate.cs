using System.Globalization;

namespace InboundBridge.Smtp.Server.Limits;

/// <summary>What a node has counted for one key of one limit since it last told the other nodes.</summary>
public sealed class UntoldRate
{
    private readonly SmtpRateLimit _limit;

    internal UntoldRate((int Limit, string Key) place, SmtpRateLimit limit, int messages) =>
        (Place, _limit, Messages) = (place, limit, messages);

    /// <summary>
    /// The limit and the key, the same on every node with the same limit. A limit that is changed begins with other names, so nothing of
    /// the old one counts.
    /// </summary>
    public string Name => string.Create(
        CultureInfo.InvariantCulture, $"{_limit.Key} {_limit.Messages} {_limit.Period.Ticks} {Place.Key}");

    /// <summary>How long the limit takes to let so much through.</summary>
    public TimeSpan Drain => Messages * _limit.Each;

    /// <summary>
    /// The most that can be left to drain when all nodes have told. Nodes that were apart for a while have counted up to a limit each; with
    /// this, whoever they counted waits for one period at most until the limit lets it through again.
    /// </summary>
    public TimeSpan Most => 2 * _limit.Period;

    internal (int Limit, string Key) Place { get; }

    internal int Messages { get; }
}
