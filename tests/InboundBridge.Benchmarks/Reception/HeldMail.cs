using System.Threading.Tasks.Sources;
using InboundBridge.MailFlow.Reception;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Benchmarks.Reception;

/// <summary>Stages mail as the spool does, but keeps none. Each mail waits, as for its commit, until <see cref="Release"/>.</summary>
internal sealed class HeldMail(IMailSpool spool) : IMailKeeper
{
    private readonly Queue<Wait> _waiting = new();
    private readonly Queue<Wait> _idle = new();

    public SpoolCondition Condition => spool.Condition;

    public int Waiting => _waiting.Count;

    public StagedMessage Stage(string id, ReadOnlyMemory<byte> prelude) => spool.Stage(id, prelude);

    public ValueTask AcceptAsync(
        StagedMessage staged, SpooledMessage message, IReadOnlyList<SpooledDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (!_idle.TryDequeue(out var wait))
            wait = new Wait();
        _waiting.Enqueue(wait);
        return wait.Begin();
    }

    /// <summary>The sessions continue at once, on this thread.</summary>
    public void Release()
    {
        while (_waiting.TryDequeue(out var wait))
        {
            wait.End();
            _idle.Enqueue(wait);
        }
    }

    private sealed class Wait : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core;

        public ValueTask Begin()
        {
            _core.Reset();
            return new ValueTask(this, _core.Version);
        }

        public void End() => _core.SetResult(true);

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

        void IValueTaskSource.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
