namespace InboundBridge.Api;

/// <summary>
/// Bounds the uploads at the same time, in all and for each caller. Work on complete
/// uploads has its own limit, so slow uploads never delay it.
/// </summary>
/// <param name="most">Uploads in all. The default is the API's: each may be as large as a mail, and is on disk.</param>
internal sealed class UploadPlaces(int most = 32, int mostOfCaller = 16)
{
    private readonly Dictionary<string, int> _callers = new(StringComparer.Ordinal);
    private int _total;

    /// <summary>Takes a place until the result is disposed; null when there is none.</summary>
    public IDisposable? TryTake(string caller)
    {
        lock (_callers)
        {
            var own = _callers.GetValueOrDefault(caller);
            if (_total >= most || own >= mostOfCaller)
                return null;
            _total++;
            _callers[caller] = own + 1;
            return new Place(this, caller);
        }
    }

    private void Leave(string caller)
    {
        lock (_callers)
        {
            _total--;
            if (--_callers[caller] == 0)
                _callers.Remove(caller);
        }
    }

    private sealed class Place(UploadPlaces places, string caller) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                places.Leave(caller);
        }
    }
}
