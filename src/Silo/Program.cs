using IqdbFlat.Silo;
using IqdbFlat.Silo.Health;

try
{
    if (args is [HealthProbe.Argument, .. var settings])
        return await HealthProbe.RunAsync(SiloHost.ReadOptions(settings).Silo, Console.Error);
    await using var silo = SiloHost.Create(args);
    await silo.StartAsync();
    Console.WriteLine($"ready: {silo.Services.GetRequiredService<SiloAddresses>()}");
    await silo.WaitForShutdownAsync();
    return 0;
}
catch (FlatIndexException error)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
catch (Exception error)
{
    // What went wrong deeper down is in the log.
    Console.Error.WriteLine($"the silo could not go on: {error.Message}");
    return 1;
}

/// <summary>The program of a silo. The web SDK would make it public, and everyone who references this package would meet it.</summary>
internal sealed partial class Program;
