using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace InboundBridge.Smtp.Polling;

/// <summary>
/// Chooses the thread that continues after a wait for a socket. .NET's polling threads, which wait in epoll_wait(2), normally hand every
/// event to the thread pool. When the continuation only handles a line of SMTP or the head of an HTTP answer, handing over costs more than
/// the work. For an enabled socket (<see cref="Enable"/>) the polling thread therefore runs the continuation itself.
/// <para>While it does, no event of its other connections is handled. So code that is about to read a file, do a TLS handshake or compute
/// for longer than it takes to judge a small message calls <see cref="Leave"/> first. Code that waits for the spool continues on the thread
/// pool anyway.</para>
/// </summary>
public static class PollingThread
{
    /// <summary>Octets of the largest message that the polling thread receives, parses and judges itself.</summary>
    internal const int LargestMail = 32 * 1024;

    /// <summary>Commands of one client in a row, after which the other connections get their turn.</summary>
    internal const int MostCommands = 128;

    private const string CountVariable = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    private static volatile bool _isUnavailable = !OperatingSystem.IsLinux();

    /// <summary>
    /// Asks .NET for one polling thread for each processor instead of one for all, because these threads do more work here. Call it before
    /// the first socket is created. A number that the environment already sets is kept.
    /// </summary>
    public static void UseOnePerProcessor()
    {
        if (!_isUnavailable && Environment.GetEnvironmentVariable(CountVariable) is null)
            Environment.SetEnvironmentVariable(CountVariable, Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Lets waits for this socket continue on the polling thread. Does nothing where the runtime can't do that.</summary>
    public static void Enable(Socket socket) => Set(socket, true);

    /// <summary>Lets waits for this socket continue on the thread pool again.</summary>
    public static void Disable(Socket socket) => Set(socket, false);

    /// <summary>Await the result to continue on the thread pool; it completes at once on a thread of the pool.</summary>
    public static PoolHop Leave() => default;

    private static void Set(Socket socket, bool isEnabled)
    {
        if (_isUnavailable)
            return;
        try
        {
            SetPreferInlineCompletions(socket, isEnabled);
        }
        catch (MissingMethodException)
        {
            _isUnavailable = true;
        }
    }

    // The setter is not public, but .NET keeps it for callers like this one: a comment in
    // SocketAsyncContext says so, and trimming preserves it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_PreferInlineCompletions")]
    private static extern void SetPreferInlineCompletions(Socket socket, bool value);

    /// <summary>Await it once, where it is created.</summary>
    public readonly struct PoolHop : ICriticalNotifyCompletion
    {
        public bool IsCompleted => Thread.CurrentThread.IsThreadPoolThread;

        public PoolHop GetAwaiter() => this;

        public void GetResult()
        {
            // A hop has no result and can't fail.
        }

        public void OnCompleted(Action continuation) =>
            ThreadPool.QueueUserWorkItem(static then => then(), continuation, preferLocal: false);

        public void UnsafeOnCompleted(Action continuation) =>
            ThreadPool.UnsafeQueueUserWorkItem(static then => then(), continuation, preferLocal: false);
    }
}
