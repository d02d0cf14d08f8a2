namespace InboundBridge.Fuzz;

/// <summary>What must hold does not.</summary>
internal sealed class FuzzFailureException(string message) : Exception(message)
{
    public static void Unless(bool holds, string message)
    {
        if (!holds)
            throw new FuzzFailureException(message);
    }
}
