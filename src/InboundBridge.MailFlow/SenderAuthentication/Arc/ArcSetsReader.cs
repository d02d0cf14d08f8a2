using InboundBridge.MailFlow.SenderAuthentication.Signatures;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Headers;

namespace InboundBridge.MailFlow.SenderAuthentication.Arc;

/// <summary>Gathers the sets of a chain and checks its form (RFC 8617 §5.2, steps 1 to 3).</summary>
internal sealed class ArcSetsReader(HeaderFields header, SignatureOptions options, DateTimeOffset now)
{
    private readonly List<(int Instance, int Field)> _results = [];
    private readonly List<SignatureTags> _messages = [];
    private readonly List<SignatureTags> _seals = [];

    /// <returns>The sets by ascending instance; empty with a problem, or without any ARC field.</returns>
    public IReadOnlyList<ArcSet> Read(out string? problem)
    {
        problem = Gather();
        if (problem is not null || _seals.Count + _messages.Count + _results.Count == 0)
            return [];
        var count = _seals.Count;
        if (_messages.Count != count || _results.Count != count)
        {
            problem = "the sets are not complete";
            return [];
        }
        _seals.Sort((one, other) => one.Instance.CompareTo(other.Instance));
        _messages.Sort((one, other) => one.Instance.CompareTo(other.Instance));
        _results.Sort();
        var sets = new ArcSet[count];
        for (var index = 0; index < count; index++)
        {
            var (seal, message, results) = (_seals[index], _messages[index], _results[index]);
            if (seal.Instance != index + 1 || message.Instance != index + 1 || results.Instance != index + 1)
            {
                problem = $"set {index + 1} is missing or there twice";
                return [];
            }
            problem ??= OfSeal(seal, isLast: index == count - 1);
            sets[index] = new ArcSet(results.Field, message, seal);
        }
        problem ??= sets[^1].Message.Problem is { } wrong ? $"the last message signature: {wrong.Reason}" : null;
        return sets;
    }

    private static string? OfSeal(SignatureTags seal, bool isLast)
    {
        if (seal.Problem is { } problem)
            return $"seal {seal.Instance}: {problem.Reason}";
        if (isLast && seal.ChainValidation == "fail")
            return "the last sealer says that the chain was broken";
        var expected = seal.Instance == 1 ? "none" : "pass";
        return seal.ChainValidation == expected ? null : $"seal {seal.Instance}: tag cv= is not {expected}";
    }

    private string? Gather()
    {
        for (var index = 0; index < header.Count; index++)
        {
            if (header.IsNamed(index, "ARC-Seal"u8))
                _seals.Add(SignatureTagsReader.Read(SignatureKind.ArcSeal, header, index, now));
            else if (header.IsNamed(index, "ARC-Message-Signature"u8))
                _messages.Add(SignatureTagsReader.Read(SignatureKind.ArcMessage, header, index, now));
            else if (header.IsNamed(index, "ARC-Authentication-Results"u8))
                _results.Add((ArcInstance.ReadPrefix(header.Field(index)[header.ValueStart(index)..], out _), index));
            if (Math.Max(_seals.Count, Math.Max(_messages.Count, _results.Count)) > options.ArcSets)
                return $"there are more than {options.ArcSets} sets";
        }
        return null;
    }
}
