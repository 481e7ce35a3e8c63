-- What tells processes of Redis apart; it comes before the scripts that need it.

-- Names the process that runs this, by where it has its memory: that is another place in a replica, and after a restart.
local function server()
	return string.match(tostring(redis), '0x(%x+)')
end
