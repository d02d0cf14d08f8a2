namespace InboundBridge.Ui.Routing;

/// <summary>
/// Small forms of strangers that are on their way. Many people may share a proxy's address, so no address is told apart: when there are too
/// many, the oldest is given up. A browser's form is there at once, and never the oldest.
/// </summary>
internal sealed class ArrivingForms(int most)
{
    private readonly LinkedList<CancellationTokenSource> _oldestFirst = new();

    /// <summary>Begins to wait for one, until the result is disposed.</summary>
    public Arrival Begin()
    {
        var own = new CancellationTokenSource();
        CancellationTokenSource? over = null;
        LinkedListNode<CancellationTokenSource> node;
        lock (_oldestFirst)
        {
            if (_oldestFirst.Count >= most)
            {
                over = _oldestFirst.First!.Value;
                _oldestFirst.RemoveFirst();
            }
            node = _oldestFirst.AddLast(own);
        }
        // Not here: what it ends writes an answer of its own.
        _ = over?.CancelAsync();
        return new Arrival(this, node);
    }

    private void End(LinkedListNode<CancellationTokenSource> node)
    {
        lock (_oldestFirst)
        {
            if (node.List is not null)
                _oldestFirst.Remove(node);
        }
    }

    /// <param name="node">Its source is not disposed: another form may be about to cancel it, and it holds no resources.</param>
    internal sealed class Arrival(ArrivingForms forms, LinkedListNode<CancellationTokenSource> node) : IDisposable
    {
        public CancellationToken GivenUp => node.Value.Token;

        public void Dispose() => forms.End(node);
    }
}
