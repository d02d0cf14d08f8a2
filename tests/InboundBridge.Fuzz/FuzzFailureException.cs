namespace InboundBridge.Fuzz;

/// <summary>A condition that must hold was violated.</summary>
internal sealed class FuzzFailureException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new FuzzFailureException(message);
    }
}
