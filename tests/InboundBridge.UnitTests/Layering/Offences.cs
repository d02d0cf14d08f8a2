namespace InboundBridge.UnitTests.Layering;

/// <summary>Fails with every offence in full, one a line; xunit's own message for a collection cuts them.</summary>
internal static class Offences
{
    public static void None(IEnumerable<string> found)
    {
        var offences = found.ToList();
        if (offences.Count > 0)
            Assert.Fail(string.Join('\n', offences.Prepend($"{offences.Count} offences")));
    }
}
