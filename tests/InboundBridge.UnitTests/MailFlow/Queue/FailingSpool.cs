using System.Reflection;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.UnitTests.MailFlow.Queue;

/// <summary>A spool whose methods fail while a test names them.</summary>
public class FailingSpool : DispatchProxy
{
    private IMailSpool _inner = null!;

    public HashSet<string> Failing { get; } = new(StringComparer.Ordinal);

    public static (IMailSpool Spool, FailingSpool Faults) Over(IMailSpool inner)
    {
        var proxy = Create<IMailSpool, FailingSpool>();
        var faults = (FailingSpool)(object)proxy;
        faults._inner = inner;
        return (proxy, faults);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        lock (Failing)
        {
            if (Failing.Contains(targetMethod!.Name))
                throw new SpoolUnavailableException($"{targetMethod.Name} fails");
        }
        return targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
