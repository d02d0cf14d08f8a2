namespace InboundBridge.Rules.Scripting.Workers;

/// <summary>A thread for waits, one at a time, so that no thread of the pool is blocked. It starts with the first wait.</summary>
internal sealed class WaitingThread<T>(string name) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(false);
    private Thread? _thread;
    private (Func<T> Wait, TaskCompletionSource<T> Done)? _next;
    private bool _isEnded;

    /// <exception cref="ObjectDisposedException">It has ended.</exception>
    public Task<T> RunAsync(Func<T> wait)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isEnded, this);
            _next = (wait, done);
            if (_thread is null)
            {
                var thread = new Thread(Loop) { IsBackground = true, Name = name };
                // This fails at the limit of threads.
                thread.Start();
                _thread = thread;
            }
            _wake.Set();
        }
        return done.Task;
    }

    /// <summary>It ends when the wait that it is in has ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isEnded)
                return;
            _isEnded = true;
            if (_thread is null)
                _wake.Dispose();
            else
                _wake.Set();
        }
    }

    private void Loop()
    {
        while (true)
        {
            _wake.WaitOne();
            (Func<T> Wait, TaskCompletionSource<T> Done)? next;
            lock (_gate)
            {
                (next, _next) = (_next, null);
                if (next is null && _isEnded)
                {
                    _wake.Dispose();
                    return;
                }
            }
            if (next is { } work)
                Complete(work.Wait, work.Done);
            lock (_gate)
            {
                if (_isEnded)
                    _wake.Set();
            }
        }
    }

    private static void Complete(Func<T> wait, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(wait());
        }
        catch (Exception exception)
        {
            done.SetException(exception);
        }
    }
}
