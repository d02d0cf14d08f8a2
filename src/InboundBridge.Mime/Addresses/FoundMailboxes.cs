using InboundBridge.Mime.Headers;

namespace InboundBridge.Mime.Addresses;

/// <summary>
/// Collects the mailboxes of a list. A piece without an address before a mailbox is the beginning of its name, written with a comma and
/// without quotes ("Smith, Al &lt;al@example.com&gt;"); other pieces without an address come after the mailboxes that have one.
/// </summary>
internal sealed class FoundMailboxes(int most)
{
    private readonly List<MailboxAddress> _found = [];
    private readonly List<string> _waiting = [];
    private bool _hasEmpty;

    /// <summary>Pieces without an address that may come before a mailbox, on top of the cap for the list.</summary>
    private const int SpareNames = 16;

    public bool IsFull => _found.Count >= most || _waiting.Count >= most + SpareNames;

    /// <param name="name">As written.</param>
    public void AddName(string name)
    {
        // The sender put the whole mailbox, or the whole list, into an encoded word.
        if (Decoded(name) is var decoded && decoded != name && decoded.Contains('@', StringComparison.Ordinal))
            AddAll(decoded);
        else
            _waiting.Add(name);
    }

    public void Add(string name, string address)
    {
        if (address.Length == 0 || (name.Length == 0 && !address.Contains('@', StringComparison.Ordinal)))
        {
            if (Decoded(name) is var whole && whole != name && whole.Contains('@', StringComparison.Ordinal))
            {
                AddAll(whole);
                return;
            }
        }
        if (_waiting.Count > 0 && address.Length > 0)
        {
            name = string.Join(", ", name.Length > 0 ? _waiting.Append(name) : _waiting);
            _waiting.Clear();
        }
        var decoded = Decoded(name);
        if (decoded.StartsWith("=?", StringComparison.Ordinal))
            // "=?utf-8?q?Al_<al@example.com>?=": the bracket cut the word.
            decoded = Decoded(decoded + "?=");
        Put(new MailboxAddress(decoded, address));
    }

    public IReadOnlyList<MailboxAddress> Finish()
    {
        foreach (var name in _waiting)
            Put(new MailboxAddress(Decoded(name), ""));
        _waiting.Clear();
        return _hasEmpty && _found.Exists(mailbox => mailbox.Address.Length > 0) ? [.. _found.OrderBy(mailbox =>
            mailbox.Address.Length == 0)] : _found;
    }

    private void AddAll(string list)
    {
        foreach (var mailbox in AddressListParser.Parse(list.Replace("=?", "", StringComparison.Ordinal), Math.Max(1, most - _found.Count)))
            Put(mailbox);
    }

    private void Put(MailboxAddress mailbox)
    {
        if (_found.Count >= most)
            return;
        _found.Add(mailbox);
        _hasEmpty |= mailbox.Address.Length == 0;
    }

    private static string Decoded(string name) => EncodedWords.Decode(name.Trim(' ', '\t', '\'')).Trim();
}
