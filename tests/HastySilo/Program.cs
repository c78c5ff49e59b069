using IqdbFlat.Grains.Storage;
using IqdbFlat.HastySilo;
using IqdbFlat.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The silo's own program, but for one thing: it acknowledges writes before they are in the store. A test that looks for lost writes must find it out.
await using var silo = SiloHost.Create(args, services => services.AddSingleton<IRecordStoreFactory, HastyStoreFactory>());
await silo.StartAsync();
Console.WriteLine($"ready: {silo.Services.GetRequiredService<SiloAddresses>()}");
await silo.WaitForShutdownAsync();
