using System.Security.Cryptography;

namespace InboundBridge.Ui.Routing;

/// <summary>
/// What a page says once after a change. The address holds a random number alone, so that no link of somebody else can put words on a page.
/// </summary>
internal sealed class UiNotices
{
    /// <summary>The parameter of the query.</summary>
    public const string Parameter = "notice";

    /// <summary>Notices that nobody has read yet; older ones are forgotten.</summary>
    private const int Most = 256;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Id, UiNotice Notice)> _waiting = new();

    /// <returns>The value of the parameter.</returns>
    public string Keep(UiNotice notice)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        lock (_gate)
        {
            _waiting.AddLast((id, notice));
            if (_waiting.Count > Most)
                _waiting.RemoveFirst();
        }
        return id;
    }

    public UiNotice? Take(string? id)
    {
        if (string.IsNullOrEmpty(id))
            return null;
        lock (_gate)
        {
            for (var node = _waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.Id != id)
                    continue;
                _waiting.Remove(node);
                return node.Value.Notice;
            }
        }
        return null;
    }
}

/// <param name="IsBad">It tells of a change that was not made.</param>
public sealed record UiNotice(string Text, bool IsBad);
