using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Threading.Channels;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>A spool whose methods fail while a test names them.</summary>
public class FailingSpool : DispatchProxy
{
    private IMailSpool _inner = null!;

    /// <summary>The spool behind it, for those who must not fail: another node.</summary>
    public IMailSpool Inner => _inner;

    private readonly Channel<string> _calls = Channel.CreateUnbounded<string>();

    public HashSet<string> Failing { get; } = new(StringComparer.Ordinal);

    /// <summary>The next completion is recorded, and its answer is lost.</summary>
    public bool LosesAnswer { get; set; }

    /// <summary>What a method returns, or throws, instead of asking the spool behind.</summary>
    public ConcurrentDictionary<string, Func<object>> Instead { get; } = new(StringComparer.Ordinal);

    /// <summary>What the queue does when another node has changed a pause; the embedded store never tells it.</summary>
    public Action<IReadOnlyDictionary<string, string>?>? PausesHeard { get; private set; }

    /// <summary>Waits for a call of a method. Returns the calls before it, and forgets them.</summary>
    public async Task<IReadOnlyList<string>> CalledAsync(string method)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var before = new List<string>();
        while (await _calls.Reader.ReadAsync(patience.Token) is var called && called != method)
            before.Add(called);
        return before;
    }

    /// <summary>From now on a method fails.</summary>
    public void Fail(string method)
    {
        lock (Failing)
            Failing.Add(method);
    }

    /// <summary>From now on no method fails.</summary>
    public void Recover()
    {
        lock (Failing)
            Failing.Clear();
    }

    /// <summary>Forgets the calls so far.</summary>
    public void ForgetCalls()
    {
        while (_calls.Reader.TryRead(out _))
        {
        }
    }

    public static (IMailSpool Spool, FailingSpool Faults) Over(IMailSpool inner)
    {
        var proxy = Create<IMailSpool, FailingSpool>();
        var faults = (FailingSpool)(object)proxy;
        faults._inner = inner;
        return (proxy, faults);
    }

    private static async ValueTask<CompletionResult> LoseAsync(ValueTask<CompletionResult> completion)
    {
        await completion;
        throw new SpoolUnavailableException("the answer was lost");
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "A proxy returns it boxed, and its caller consumes it once.")]
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _calls.Writer.TryWrite(targetMethod!.Name);
        lock (Failing)
        {
            if (Failing.Contains(targetMethod.Name))
                throw new SpoolUnavailableException($"{targetMethod.Name} fails");
        }
        if (targetMethod.Name == "set_PausesHeard")
            PausesHeard = (Action<IReadOnlyDictionary<string, string>?>?)args![0];
        if (Instead.TryGetValue(targetMethod.Name, out var answer))
            return answer();
        var result = targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (!LosesAnswer || result is not ValueTask<CompletionResult>)
            return result;
        LosesAnswer = false;
        return LoseAsync((ValueTask<CompletionResult>)result);
    }
}
