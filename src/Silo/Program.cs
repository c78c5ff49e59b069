using IqdbFlat.Silo;

try
{
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
